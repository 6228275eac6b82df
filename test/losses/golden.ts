import { readFileSync } from 'node:fs'
import type { Description } from 'unrolled'
import { isOutput, lossFrom, type Loss, type Output } from '../../src/models/index.ts'

export interface LossCase extends Description {
  readonly columns: number
  readonly output: readonly number[]
  readonly target: readonly number[]
  readonly loss: number
  readonly gradient: readonly number[]
}

interface Golden {
  readonly time: number
  readonly batch: number
  readonly cases: readonly LossCase[]
}

/** What scipy says of one value, by the numbers that an output has for it. */
export interface SaidCase extends Description {
  readonly output: readonly number[]
  readonly scale: number
  readonly point: number
  readonly deviation: number
  /** At the levels. */
  readonly quantiles: readonly number[]
  readonly at: readonly number[]
  /** Of the values in `at`. */
  readonly surprises: readonly number[]
}

/** A loss of one value and its gradient, exactly. */
export interface ExtremeCase extends Description {
  readonly output: readonly number[]
  readonly target: number
  readonly scale: number
  readonly loss: number
  readonly gradient: readonly number[]
}

interface Outputs extends Golden {
  readonly levels: readonly number[]
  readonly distributions: readonly SaidCase[]
  readonly extremes: readonly ExtremeCase[]
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'))

export const golden = read('losses') as Golden
export const said = read('outputs') as Outputs

/** Each case of PyTorch's with the loss it is of. */
export const cases: readonly (readonly [string, Loss, LossCase])[] = [...golden.cases, ...said.cases].map(
  (given, i) => [`${given.name} ${JSON.stringify(given.options)}, case ${i}`, lossFrom(given), given],
)

/** The output that a description stands for. */
export function outputFrom(description: Description): Output {
  const loss = lossFrom(description)
  if (!isOutput(loss)) throw new Error(`${loss.name} says nothing of a value`)
  return loss
}
