/** Uniform random numbers from a counter. */

import type { Description } from './description.ts'
import type { Place, Span } from './place.ts'

/**
 * Uniform numbers in [0, 1), a function of (seed, site, step, sequence, column) alone, where step = scalars.step + t
 * if `perStep`, else scalars.window (the first step of the window; scalars.step where it is not given), sequence = scalars.sequence + row:
 * key = mix(mix(mix(seed + site·0x9E3779B9) + step·0x85EBCA6B) + sequence·0xC2B2AE35),
 * u = (mix(key + column·0x27D4EB2F) >>> 8) · 2⁻²⁴, all in wrapping 32-bit arithmetic, with
 * mix(x): x ^= x>>>16; x *= 0x7feb352d; x ^= x>>>15; x *= 0x846ca68b; x ^= x>>>16.
 */
export interface RandomInstruction extends Span {
  readonly kind: 'random'
  readonly site: number
  readonly perStep: boolean
  readonly columns: number
  readonly dest: Place
  readonly pad: number
}

const random: Description<RandomInstruction> = {
  uses: ({ columns, dest, pad }, of) => [of.write(dest, columns, { pad })],
  sizes: ({ columns, pad }) => ({ columns, pad }),
  codes: ({ site, perStep }) => [site, perStep ? 1 : 0],
  rowWise: true,
  effort: ({ columns }) => 40 * columns,
  cost: ({ columns }, rows) => ({ operations: 0, bytes: 8 * rows * columns }),
  text: ({ columns, dest, site }, { at, over }) => `random  ${over}${at(dest)} × ${columns}, site ${site}`,
  label: ({ columns }, rows) => `random ${rows} × ${columns}`,
}

export const randomInstructions = { random } as const
