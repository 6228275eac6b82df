import { evaluate, type EvaluationContext, type Node, type Value } from '../../src/graph/index.ts'

/**
 * Central differences of a scalar node with respect to a given value: (f(v + h) − f(v − h)) / 2h for each element.
 */
export function differences(
  loss: Node,
  of: Node,
  given: ReadonlyMap<Node, Value>,
  context: EvaluationContext,
  h = 1e-5,
): Float64Array {
  const value = given.get(of)!
  return value.data.map((_, i) => {
    const at = (shift: number): number => {
      const data = value.data.slice()
      data[i]! += shift
      const known = new Map(given)
      known.set(of, { ...value, data })
      return evaluate([loss], known, context)[0]!.data[0]!
    }
    return (at(h) - at(-h)) / (2 * h)
  })
}

/** max|a−b| ÷ max|b|, with a floor for max|b|. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>, floor = 0): number {
  if (a.length !== b.length) return Infinity
  let largest = 0
  let scale = floor
  for (let i = 0; i < b.length; i++) {
    const d = Math.abs(a[i]! - b[i]!)
    if (!(d <= largest)) largest = d
    scale = Math.max(scale, Math.abs(b[i]!))
  }
  return largest === 0 ? 0 : largest / scale
}
