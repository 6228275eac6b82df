/** The instruction set, a family a file. */

import { one, Uses, type Description, type Use } from './description.ts'
import { loopInstructions } from './loops.ts'
import { lossInstructions } from './losses.ts'
import type { Formula, Span } from './place.ts'
import { productInstructions } from './products.ts'
import { randomInstructions } from './random.ts'
import { rowInstructions } from './rows.ts'
import { sumInstructions } from './sums.ts'
import { tableInstructions } from './tables.ts'

/** Native numbers kinds in this order. */
const descriptions = {
  ...loopInstructions,
  ...rowInstructions,
  ...productInstructions,
  ...tableInstructions,
  ...sumInstructions,
  ...lossInstructions,
  ...randomInstructions,
} as const

export type Kind = keyof typeof descriptions
export type Instruction = (typeof descriptions)[Kind] extends infer D
  ? D extends Description<infer I>
    ? I
    : never
  : never

export const kinds = Object.keys(descriptions) as readonly Kind[]

/** What an instruction says of itself. */
export const descriptionOf = <I extends Instruction>({ kind }: I): Description<I> =>
  descriptions[kind] as unknown as Description<I>

/** The rows of an instruction that has none of its own. */
const single: Span = { outer: one, rows: one }

/** The rows an instruction goes over. */
export const spanOf = (it: Instruction): Span => ('outer' in it ? it : single)

/** The uses of an instruction; `loop` is how often the loop goes round that it stands in, if any. */
export function usesOf(it: Instruction, loop?: Formula): readonly Use[] {
  const { outer, rows, walk } = spanOf(it)
  const uses = descriptionOf(it).uses(it, new Uses({ outer, rows, ...(walk && { walk }) }))
  return loop ? uses.map((use) => ({ ...use, outer: loop })) : uses
}
