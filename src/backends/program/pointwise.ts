/** The pointwise operations that ROWS does to values. */

import { ofOne, ofTwo } from '../../element-functions.ts'

export type Unary = keyof typeof ofOne
export type Binary = keyof typeof ofTwo

/** Functions of one value, and of two; native numbers them in this order. */
export const unary = Object.keys(ofOne) as readonly Unary[]
export const binary = Object.keys(ofTwo) as readonly Binary[]

/**
 * One pointwise operation on values already at hand. Values are numbered: the inputs of the instruction first, then the
 * result of each operation in turn. `less` is 1 where a < b, else 0 (0 when either is NaN). `select` takes a where
 * condition is not 0, else b. `min`, `max` give NaN if either is NaN. `sign` of 0 is 0. `position` is the outer index t.
 * `sin` and `cos` of an infinity are NaN.
 */
export type PointwiseOperation =
  | { readonly op: Unary; readonly a: number }
  | { readonly op: Binary; readonly a: number; readonly b: number }
  | { readonly op: 'select'; readonly condition: number; readonly a: number; readonly b: number }
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'position' }

/** The values an operation reads. */
export function operandsOf(operation: PointwiseOperation): readonly number[] {
  if (operation.op === 'constant' || operation.op === 'position') return []
  if (operation.op === 'select') return [operation.condition, operation.a, operation.b]
  return 'b' in operation ? [operation.a, operation.b] : [operation.a]
}

/** Whether it computes anything; else it is a number that is written down. */
export const isWork = ({ op }: PointwiseOperation): boolean => op !== 'constant' && op !== 'position'

const signs: Readonly<Partial<Record<Binary, string>>> = { add: '+', sub: '−', mul: '⊙', div: '÷', less: '<' }

/** For people; `name` tells what a value is called. */
export function operationText(operation: PointwiseOperation, name: (value: number) => string): string {
  if (operation.op === 'constant') return `${operation.value}`
  if (operation.op === 'position') return 't'
  if (operation.op === 'select') return `${name(operation.condition)} ? ${name(operation.a)} : ${name(operation.b)}`
  if (!('b' in operation)) return `${operation.op}(${name(operation.a)})`
  const sign = signs[operation.op]
  const [a, b] = [name(operation.a), name(operation.b)]
  return sign ? `${a} ${sign} ${b}` : `${operation.op}(${a}, ${b})`
}
