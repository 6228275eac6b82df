import { readFileSync } from 'node:fs'
import type { Json } from 'unrolled'
import { lossFrom, type Loss } from '../../src/models/index.ts'

export interface LossCase {
  readonly name: string
  readonly options: { readonly [name: string]: Json }
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
export interface SaidCase {
  readonly name: string
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

interface Outputs extends Golden {
  readonly levels: readonly number[]
  readonly distributions: readonly SaidCase[]
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'))

export const golden = read('losses') as Golden
export const said = read('outputs') as Outputs

/** Each case of PyTorch's with the loss it is of. */
export const cases: readonly (readonly [string, Loss, LossCase])[] = [...golden.cases, ...said.cases].map(
  (given, i) => [`${given.name} ${JSON.stringify(given.options)}, case ${i}`, lossFrom(given), given],
)
