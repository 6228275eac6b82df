/** What functions of four floats at once are written with. */

import type { FunctionBuilder, Local, V128 } from './assembler.ts'
import type { Constants } from './constants.ts'
import { f32x4, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'

/** ln 2 in two parts: the first has few bits, so that its product with an exponent is exact. */
export const ln2High = 0.693359375
export const ln2Low = -2.12194440054690583e-4

export interface VectorMath {
  readonly constants: Constants
  readonly fma: MultiplyAdd
  /** Puts a value into a variable. */
  readonly keep: (value: V128) => Local<'v128'>
  /** The same number in every lane. */
  readonly c: (value: number) => V128
  readonly one: V128
  readonly signOf: (x: V128) => V128
  readonly clamp: (x: V128, low: number, high: number) => Local<'v128'>
  /** Pairs of terms first, so that fewer operations wait for one another than term by term. */
  readonly polynomial: (x: V128, squared: V128, coefficients: readonly number[]) => V128
  /** a0 + a1 x + a2 x² + ..., term by term: the last bits of some functions depend on it. */
  readonly horner: (x: V128, coefficients: readonly number[]) => V128
}

/** Writes into `f`. */
export function vectorMath(f: FunctionBuilder, constants: Constants, fma: MultiplyAdd): VectorMath {
  const keep = (value: V128): Local<'v128'> => f.local('v128', value)
  const c = (value: number): V128 => constants.float(value)
  const polynomial = (x: V128, squared: V128, coefficients: readonly number[]): V128 => {
    const pairs: V128[] = []
    for (let i = 0; i < coefficients.length; i += 2) {
      const low = c(coefficients[i] as number)
      const high = coefficients[i + 1]
      pairs.push(high === undefined ? low : fma(x, c(high), low))
    }
    let sum = pairs.pop() as V128
    for (const pair of pairs.reverse()) sum = fma(squared, sum, pair)
    return sum
  }
  return {
    constants,
    fma,
    keep,
    c,
    one: c(1),
    signOf: (x) => v128.and(x, constants.integer(-0x80000000)),
    clamp: (x, low, high) => keep(f32x4.pmax(f32x4.pmin(x, c(high)), c(low))),
    polynomial,
    horner: (x, coefficients) =>
      coefficients.slice(0, -1).reduceRight((sum, a) => fma(x, sum, c(a)), c(coefficients.at(-1) as number)),
  }
}
