import { evaluate, input, type Node, type Value } from '../../src/graph/index.ts'
import type { Optimizer } from '../../src/training/optimizers/index.ts'

const context = { extents: {}, scalars: {} }

export const value = (data: ArrayLike<number>): Value => ({
  shape: { rows: [], columns: data.length },
  extents: [],
  data: Float64Array.from(data),
})

/** Runs an optimizer's graph on the oracle, update after update, on one vector. */
export function running(optimizer: Optimizer, start: readonly number[]) {
  const shape = { rows: [], columns: start.length }
  const parameter = input('parameter', shape)
  const gradient = input('gradient', shape)
  const moments = Object.fromEntries(optimizer.moments.map(({ name }) => [name, input(name, shape)]))
  const scalars = Object.fromEntries(optimizer.scalars.map((name) => [name, input(name, { rows: [], columns: 1 })]))
  const update = optimizer.update({ parameter, gradient, moments, scalars })
  const names = Object.keys(moments)

  let now = value(start)
  let kept = optimizer.moments.map(({ initial }) => value(start.map(() => initial)))
  let step = 0
  const numbers = new Float64Array(optimizer.scalars.length)
  return {
    get parameter(): Float64Array {
      return now.data
    },
    get moments(): Float64Array[] {
      return kept.map(({ data }) => data)
    },
    update(slope: ArrayLike<number>): void {
      step++
      optimizer.scalarValues(step, optimizer.lr.lr(step, 0, Infinity), numbers)
      const known = new Map<Node, Value>([
        [parameter, now],
        [gradient, value(slope)],
        ...names.map((name, i): [Node, Value] => [moments[name]!, kept[i]!]),
        ...optimizer.scalars.map((name, i): [Node, Value] => [scalars[name]!, value([numbers[i]!])]),
      ])
      const roots = [update.parameter, ...names.map((name) => update.moments[name]!)]
      const [first, ...rest] = evaluate(roots, known, context)
      now = first!
      kept = rest
    },
  }
}
