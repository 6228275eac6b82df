import type { Named } from '../tensor.ts'

/** Says which of some arrays holds a number that is not finite, and where: `weight holds NaN at 3`; undefined where none does. */
export function notFinite(arrays: Named): string | undefined {
  for (const [name, { data }] of Object.entries(arrays)) {
    const at = data.findIndex((value) => !Number.isFinite(value))
    if (at >= 0) return `${name} holds ${data[at]} at ${at}`
  }
  return undefined
}
