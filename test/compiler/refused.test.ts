import { expect, test } from 'vitest'
import { compile } from '../../src/compiler/index.ts'
import { UnrolledError } from '../../src/error.ts'
import * as g from '../../src/graph/index.ts'

const x = (rows: readonly g.RowAxis[], columns = 3): g.Node => g.input(`x ${rows.join()}`, { rows, columns })
const both = ['source', 'batch']

const scanOver = (axis: string): g.Node =>
  g.scan({
    axis,
    initial: [x(['batch'])],
    steps: [x([axis, 'batch'])],
    step: ([h], [x]) => ({ next: [g.tanh(g.add(h!, x!))], outputs: [h!] }),
  }).outputs[0]!

const graphs: Readonly<Record<string, () => g.Node>> = {
  'a scan over source': () => scanOver('source'),
  'rows of one axis beside rows of two': () => g.add(x(both), x(['batch'])),
  'a sum that keeps one of two axes': () => g.sumRows(x(both), ['batch']),
  'fixed rows beside none': () => g.mul(x(['batch', 4]), x(['batch'])),
  'an array repeated over an axis before its own': () => g.neg(g.broadcast(x(['batch']), { rows: both, columns: 3 })),
  'a position along another axis': () => g.less(g.position('source'), x(both)),
  'a sum of squares of rows': () => g.sumSquares(x(['batch'])),
  'random numbers over two axes': () => g.random(1, { rows: both, columns: 3 }),
  'a contraction with rows of more axes': () => g.contract(x(['batch']), x(both)),
  'a lookup in what is no matrix': () => g.gather(x(['time']), x(['batch'], 1)),
  'a matrix that changes at each step': () =>
    g.scan({
      initial: [g.parameter('W', { rows: [3], columns: 3 })],
      steps: [x(['time', 'batch'])],
      step: ([W], [x]) => ({ next: [g.tanh(W!)], outputs: [g.matmul(W!, x!)] }),
    }).outputs[0]!,
  'time behind another axis': () => g.neg(x(['batch', 'time'])),
  'a step that reads whole sequences': () => {
    const all = x(['time', 'batch'])
    return g.scan({
      initial: [x(['batch'])],
      steps: [all],
      step: ([h]) => ({ next: [h!], outputs: [g.add(h!, all)] }),
    }).outputs[0]!
  },
}

test.each(Object.entries(graphs))('%s is refused, with its shapes', (_, make) => {
  const root = make()
  let error: unknown
  try {
    compile({ name: 'refused', parameters: [], outputs: { result: root } })
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(UnrolledError)
  expect(error).toMatchObject({ code: 'bad-program' })
  expect((error as Error).message).toMatch(/cannot be compiled/)
})

test('what can be said is not refused', () => {
  for (const node of [
    scanOver('time'),
    g.add(x(['time', 'batch']), x(['batch'])),
    g.add(x(['time', 'batch']), x(['time'], 1)),
    g.add(x(['time', ...both]), x(both)),
    g.sumRows(x(['time', ...both]), both),
    g.sumRows(x(both), []),
    g.mul(x(['batch', 4]), x(['batch', 4])),
    g.random(1, { rows: ['time', 'batch'], columns: 3 }),
    g.contract(x(['time', 'batch']), x(['batch'])),
    g.gather(x([4]), x(both, 1)),
  ]) {
    expect(() => compile({ name: 'said', parameters: [], outputs: { result: node } })).not.toThrow()
  }
})
