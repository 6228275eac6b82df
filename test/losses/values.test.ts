import { describe, expect, test } from 'vitest'
import {
  chain,
  embedding,
  network,
  sequences,
  setParameters,
  sgd,
  tensor,
  train,
  vectors,
  type Loss,
  type Model,
} from 'unrolled'
import { pullback } from '../../src/gradient/index.ts'
import { constant, evaluate, input, mul, sumRows, type Node, type Value } from '../../src/graph/index.ts'
import { sequenceBatches } from '../../src/data/index.ts'
import { everyBackend } from '../every-backend.ts'
import { measured } from '../inference/measured.ts'
import { cases, golden, type LossCase } from './golden.ts'

const { time, batch } = golden
const context = { extents: { time, batch }, scalars: {} }
const noParameters = {
  parameter: (): never => {
    throw new Error('these losses have no parameters')
  },
  lengths: () => undefined,
}

const far = (got: ArrayLike<number>, wanted: readonly number[]): number =>
  Math.max(...wanted.map((value, i) => Math.abs(got[i]! - value) / Math.max(1, Math.abs(value))))

describe('PyTorch in float64: graph and gradient', () => {
  test.each(cases)('%s', async (_, loss, given) => {
    const rows = ['time', 'batch']
    const output = input('output', { rows, columns: given.columns })
    const targets = input('targets', { rows, columns: loss.target(vectors(given.columns)).columns })
    const weights = input('weights', { rows, columns: 1 })
    const root = sumRows(mul(await loss.build(output, targets, noParameters), weights))
    const gradient = pullback(new Map([[root, constant(1)]]), [output]).get(output)!

    const target = Float32Array.from(given.target)
    const shares = Float32Array.from({ length: time * batch }, (_, row) => {
      const wide = target.length / (time * batch)
      const weight = loss.weight?.(target, row * wide) ?? 1
      // What is left out may be anything.
      if (weight === 0) target.fill(0, row * wide, (row + 1) * wide)
      return weight
    })
    const total = shares.reduce((a, b) => a + b)
    const value = (node: Node, data: ArrayLike<number>): [Node, Value] => [
      node,
      { shape: node.shape, extents: [time, batch], data: Float64Array.from(data) },
    ]
    const known = new Map([
      value(output, given.output),
      value(targets, target),
      value(
        weights,
        Array.from(shares, (share) => share / total),
      ),
    ])
    const [mean, slope] = evaluate([root, gradient], known, context)
    // Of what is made of series, these end.
    const allowed = golden.cases.includes(given) ? 1e-13 : 1e-11
    expect(far(mean!.data, [given.loss])).toBeLessThan(allowed)
    expect(far(slope!.data, given.gradient)).toBeLessThan(allowed)
  })
})

/** A network whose output at each position is a row of its own: the gradient of the table is that of the outputs. */
function table(loss: Loss, given: LossCase): Model {
  const symbols = time * batch
  const model = network(chain({ rows: embedding({ symbols, size: given.columns }) }), { loss })
  setParameters(model, { 'rows.weight': tensor(Float64Array.from(given.output), [symbols, given.columns]) })
  return model
}

function dataOf(loss: Loss, given: LossCase) {
  const { columns } = loss.target(vectors(given.columns))
  const item = (b: number) => {
    const at = Array.from({ length: time }, (_, t) => t * batch + b)
    return {
      x: at.map((row) => [row]),
      target: at.map((row) => given.target.slice(row * columns, (row + 1) * columns)),
    }
  }
  return sequences(Array.from({ length: batch }, (_, b) => item(b)))
}

describe.each(everyBackend)('PyTorch on %s: an update, and a measurement', (_, engine) => {
  test.each(cases)('%s', async (_, loss, given) => {
    const model = table(loss, given)
    const before = model.parameters['rows.weight']!.data.slice()
    const lr = 1024
    const options = { steps: 1, batch, clip: false, optimizer: sgd({ lr }), ...engine } as const
    const done = await train(model, dataOf(loss, given), options).finish()
    expect(far([done.loss!], [given.loss])).toBeLessThan(2e-6)
    const after = model.parameters['rows.weight']!.data
    const gradient = before.map((value, i) => (value - after[i]!) / lr)
    expect(far(gradient, given.gradient)).toBeLessThan(2e-6)
  })

  test.each(cases)('%s, measured', async (_, loss, given) => {
    const model = table(loss, given)
    const shuffle = (count: number) => Uint32Array.from({ length: count }, (_, i) => i)
    // Two sequences and one: the mean is over all of them, not over batches.
    const result = await measured(model, sequenceBatches(dataOf(loss, given), { batch: 2, shuffle }), engine)
    expect(far([result.loss], [given.loss])).toBeLessThan(2e-6)
  })
})
