/** The instruction set. What an instruction is stands in its family's file; here is the list. */

import { one, Uses, type Description, type Use } from './description.ts'
import { end, loop } from './loops.ts'
import { crossEntropy, crossEntropyGradient } from './losses.ts'
import type { Formula, Span } from './place.ts'
import { gemm, gemmTa, pack } from './products.ts'
import { random } from './random.ts'
import { fill, rows } from './rows.ts'
import { dot, maxRows, reduceColumns, sumRows, sumSquares, weightedSum } from './sums.ts'
import { gather, scatterAdd } from './tables.ts'

/** Native numbers kinds in this order. */
const descriptions = {
  loop,
  end,
  rows,
  pack,
  gemm,
  'gemm-ta': gemmTa,
  gather,
  'scatter-add': scatterAdd,
  'sum-rows': sumRows,
  'reduce-columns': reduceColumns,
  'cross-entropy': crossEntropy,
  'cross-entropy-gradient': crossEntropyGradient,
  'sum-squares': sumSquares,
  random,
  fill,
  'weighted-sum': weightedSum,
  'max-rows': maxRows,
  dot,
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

export const isRowWise = (kind: Kind): boolean => descriptions[kind].rowWise

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
