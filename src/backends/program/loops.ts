/** What is done once a step. */

import type { Description } from './description.ts'

/** Runs everything up to the matching `end` for t = 0, 1, ... count − 1, or from count − 1 down. Loops do not nest. */
export interface LoopInstruction {
  readonly kind: 'loop'
  readonly axis: string
  readonly reverse: boolean
}
export interface EndInstruction {
  readonly kind: 'end'
}

const border = {
  uses: () => [],
  sizes: () => ({}),
  rowWise: false,
  effort: () => 0,
  cost: () => ({ operations: 0, bytes: 0 }),
} as const

const loop: Description<LoopInstruction> = {
  ...border,
  codes: ({ reverse }) => [reverse ? 1 : 0],
  text: ({ axis, reverse }) => `for each step of ${axis}${reverse ? ', last to first' : ''}`,
  label: () => 'loop',
}

const end: Description<EndInstruction> = { ...border, text: () => 'end', label: () => 'end' }

export const loopInstructions = { loop, end } as const
