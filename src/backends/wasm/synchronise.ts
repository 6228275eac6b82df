/** Where the threads that run a plan together have to wait for each other. */

import type { Step } from './layouter.ts'

const packing = new Set<string>(['pack', 'pack-transposed'])

/**
 * The plan with a barrier wherever a call may need what another thread does in the call before it. There is none where both deal
 * the same rows out in a loop, as no row depends on another, and none between the blocks of packed matrices. Nor need there be
 * one at the `end`: whoever runs the plan waits there.
 */
export function synchronised(plan: readonly Step[], end: boolean): Step[] {
  const result: Step[] = []
  let first: Step | undefined
  for (const [index, step] of plan.entries()) {
    result.push(step)
    if (step.do === 'loop') first = plan[index + 1]
    const next = plan[index + 1]
    if (step.do === 'loop' || next === undefined) continue
    // The last call of a loop comes before its first.
    const follower = next.do === 'end' ? first : next
    if (!mayOverlap(step, follower)) result.push({ do: 'barrier' })
  }
  if (end && plan.length > 0) result.push({ do: 'barrier' })
  return result
}

function mayOverlap(step: Step, next: Step | undefined): boolean {
  if (next?.do === 'end') return true
  if (!isCall(step) || next === undefined || !isCall(next)) return false
  if (step.rows !== undefined && step.rows === next.rows) return true
  return step.do === 'call' && next.do === 'call' && packing.has(step.kernel) && packing.has(next.kernel)
}

export const isCall = (step: Step): step is Extract<Step, { do: 'call' | 'rows' }> =>
  step.do === 'call' || step.do === 'rows'
