/**
 * How far an operation list in 32-bit floats may stray from the same list in 64-bit floats: each value comes with a bound on
 * its error, carried through the operations to first order and widened by what each of them may round.
 */

import type { PointwiseOperation } from '../../src/backends/backend.ts'
import { ofOne, ofTwo } from '../../src/element-functions.ts'

export interface Bounded {
  readonly value: number
  /** 0 where nothing was rounded; infinite where anything may come out. */
  readonly error: number
}

/** Half a unit in the last place of 1, with room for the second order. */
const half = 2 ** -24 * 1.01
/** Functions are good to 4 units in the last place, some to 2. */
const four = 8 * half
const two = 4 * half
/** Below this, numbers may be flushed to zero. */
export const tiny = 2 ** -126

const exactly = (value: number): Bounded => ({ value, error: 0 })
const within = (value: number, error: number): Bounded =>
  // Beyond the largest float, or not a number for reasons of rounding, nothing can be said.
  ({ value, error: Math.abs(value) > 1e38 || Number.isNaN(error) ? Infinity : error + tiny })

/** The results of a list, one after the other, behind its inputs. */
export function bounded(inputs: readonly number[], operations: readonly PointwiseOperation[], t: number): Bounded[] {
  const values = inputs.map(exactly)
  for (const operation of operations) values.push(next(operation, values, t))
  return values
}

function next(operation: PointwiseOperation, values: readonly Bounded[], t: number): Bounded {
  if (operation.op === 'constant') {
    const { value } = operation
    return { value, error: Math.abs(Math.fround(value) - value) }
  }
  if (operation.op === 'position') return exactly(t)
  const a = values[operation.a]!
  if (operation.op === 'select') {
    const condition = values[operation.condition]!
    const b = values[operation.b]!
    if (condition.error === 0 || Math.abs(condition.value) > condition.error) return condition.value !== 0 ? a : b
    return { value: condition.value !== 0 ? a.value : b.value, error: Infinity }
  }
  if (!('b' in operation)) {
    const value = ofOne[operation.op](a.value)
    switch (operation.op) {
      case 'neg':
      case 'abs':
        return { value, error: a.error }
      case 'sign':
        return { value, error: certain(a) ? 0 : Infinity }
      case 'sqrt':
        return settled(value, a) ?? within(value, a.error / (2 * Math.sqrt(a.value - a.error)) + half * value)
      case 'exp':
        return settled(value, a) ?? within(value, value * (Math.expm1(a.error) + four))
      case 'log':
        return settled(value, a) ?? within(value, a.error / (a.value - a.error) + four * Math.abs(value))
      case 'sigmoid':
        return settled(value, a) ?? within(value, a.error / 4 + four * value)
      case 'tanh':
        return settled(value, a) ?? within(value, a.error + four * Math.abs(value))
      case 'softplus':
        return settled(value, a) ?? within(value, a.error + 2 * four * value)
      case 'sin':
      case 'cos':
        // Beyond that the angle is no longer reduced to its last place.
        if (Math.abs(a.value) + a.error > 1.6e6 && Number.isFinite(value)) return { value, error: Infinity }
        return settled(value, a) ?? within(value, a.error + two * Math.abs(value))
      case 'erf':
        return settled(value, a) ?? within(value, 1.13 * a.error + two * Math.abs(value))
    }
  }
  const b = values[operation.b]!
  const value = ofTwo[operation.op](a.value, b.value)
  const rounding = half * Math.abs(value)
  switch (operation.op) {
    case 'add':
    case 'sub':
      return settled(value, a, b) ?? within(value, a.error + b.error + rounding)
    case 'mul':
      return (
        settled(value, a, b) ??
        within(value, Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error + rounding)
      )
    case 'div': {
      const distance = Math.abs(b.value) - b.error
      const error = distance > 0 ? (a.error + Math.abs(value) * b.error) / distance + rounding : Infinity
      return settled(value, a, b) ?? within(value, error)
    }
    case 'min':
    case 'max':
      return { value, error: Math.max(a.error, b.error) }
    case 'less':
      return {
        value,
        error: (a.error === 0 && b.error === 0) || Math.abs(a.value - b.value) > a.error + b.error ? 0 : Infinity,
      }
  }
}

/** Whether rounding cannot have changed the sign. */
const certain = (a: Bounded): boolean => a.error === 0 || Math.abs(a.value) > a.error

/** Results that are not finite are the same everywhere if what they come from was not rounded. */
const settled = (value: number, ...from: readonly Bounded[]): Bounded | undefined =>
  !Number.isFinite(value) && from.every(({ error }) => error === 0) ? exactly(value) : undefined
