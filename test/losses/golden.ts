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

export const golden = JSON.parse(readFileSync(new URL('../golden/losses.json', import.meta.url), 'utf8')) as Golden

/** Each case of PyTorch's with the loss it is of. */
export const cases: readonly (readonly [string, Loss, LossCase])[] = golden.cases.map((given, i) => [
  `${given.name} ${JSON.stringify(given.options)}, case ${i}`,
  lossFrom(given),
  given,
])
