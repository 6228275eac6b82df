import { UnrolledError } from '../error.ts'
import type { Named } from '../tensor.ts'

/** Says which of some arrays holds a number that is not finite, and where: `weight holds NaN at 3`; undefined where none does. */
export function notFinite(arrays: Named): string | undefined {
  for (const [name, { data }] of Object.entries(arrays)) {
    const at = data.findIndex((value) => !Number.isFinite(value))
    if (at >= 0) return `${name} holds ${data[at]} at ${at}`
  }
  return undefined
}

/** The error for numbers that ran away; `what` says which. */
export const ranAway = (what: string): UnrolledError =>
  new UnrolledError('non-finite', `${what}; try a lower learning rate or clipping`)
