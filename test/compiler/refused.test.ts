import { expect, test } from 'vitest'
import { compile, hoist } from '../../src/compiler/index.ts'
import { UnrolledError } from '../../src/error.ts'
import * as g from '../../src/graph/index.ts'

const x = (rows: readonly g.RowAxis[], columns = 3): g.Node => g.input(`x ${rows.join()}`, { rows, columns })
const both = ['source', 'batch']

const graphs: Readonly<Record<string, () => g.Node>> = {
  'a sum of squares of rows': () => g.sumSquares(x(['batch'])),
  'random numbers over two axes that are no steps': () => g.random(1, { rows: ['batch', 4], columns: 3 }),
  'random numbers over two axes of steps': () => g.random(1, { rows: ['time', ...both], columns: 3 }),
  'a contraction with rows of more axes': () => g.contract(x(['batch']), x(both)),
  'a lookup in what is no matrix': () => g.gather(x(['time']), x(['batch'], 1)),
  'an axis that is named twice': () => g.neg(x([4, 4])),
  'arrays that go along five axes, each in its own way': () => g.add(x(['layer', 'source', 4]), x(['time', 'batch'])),
  'a matrix that changes at each step': () =>
    g.scan({
      initial: [g.parameter('W', { rows: [3], columns: 3 })],
      steps: [x(['time', 'batch'])],
      step: ([W], [x]) => ({ next: [g.tanh(W!)], outputs: [g.matmul(W!, x!)] }),
    }).outputs[0]!,
  'a matrix made of each step, in a product that would stand behind the loop': () =>
    g.scan({
      initial: [x(['batch'])],
      steps: [x(['time', 'batch'])],
      step: ([h], [x]) => {
        const W = g.contract(x!, g.matmul(g.parameter('V', { rows: [3], columns: 3 }), x!))
        return { next: [g.tanh(h!)], outputs: [g.matmul(W, h!)] }
      },
    }).outputs[0]!,
  'a table that changes at each step': () =>
    g.scan({
      initial: [x([5])],
      steps: [x(['time', 'batch'], 1)],
      step: ([table], [ids]) => ({ next: [g.tanh(table!)], outputs: [g.gather(table!, ids!)] }),
    }).outputs[0]!,
  'a step that reads whole sequences': () => {
    const all = x(['time', 'batch'])
    return g.scan({
      initial: [x(['batch'])],
      steps: [all],
      step: ([h]) => ({ next: [h!], outputs: [g.add(h!, all)] }),
    }).outputs[0]!
  },
  'a scan in the step of another': () =>
    g.scan({
      initial: [x(['batch'])],
      steps: [x(['time', 'batch'])],
      step: ([h], [x]) => {
        const inner = g.scan({
          axis: 'source',
          initial: [h!],
          steps: [g.broadcast(x!, { rows: both, columns: 3 })],
          step: ([s], [y]) => ({ next: [g.tanh(g.add(s!, y!))], outputs: [] }),
        })
        return { next: [inner.final[0]!], outputs: [h!] }
      },
    }).outputs[0]!,
  'a state over the axis of its steps': () =>
    g.scan({
      initial: [x(['time', 'batch'])],
      steps: [x(['time', 'batch'])],
      step: ([h]) => ({ next: [g.tanh(h!)], outputs: [] }),
    }).final[0]!,
}

test.each(Object.entries(graphs))('%s is refused, with its shapes', (_, make) => {
  const root = make()
  let error: unknown
  try {
    compile({ name: 'refused', parameters: [], outputs: { result: hoist([root])[0]! } })
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(UnrolledError)
  expect(error).toMatchObject({ code: 'bad-program' })
  expect((error as Error).message).toMatch(/cannot be compiled/)
})
