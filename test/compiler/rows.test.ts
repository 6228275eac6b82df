/** Rows of every kind: what compiles is what the graph says, on every backend, forward and backward. */

import { describe, expect, test } from 'vitest'
import * as g from '../../src/graph/index.ts'
import { checkGraph } from '../fuzz/check-graph.ts'
import type { GraphCase } from '../fuzz/generate-graph.ts'
import type { GraphInput } from '../fuzz/graph-pool.ts'
import { machines } from '../fuzz/machines.ts'

const all = await machines()
for (const missing of all.missing) test.skip(missing)

/** Makes inputs. */
type Given = (rows: readonly g.RowAxis[], columns?: number, below?: number) => g.Node

const both = ['source', 'batch']
const everything = ['time', 'source', 'batch']

const scanOver = (x: Given, axis: string, rows: readonly g.RowAxis[], reverse = false): g.Node[] => {
  const { outputs, final } = g.scan({
    axis,
    reverse,
    initial: [x(rows)],
    steps: [x([axis, ...rows])],
    step: ([h], [x]) => {
      const next = g.tanh(g.add(h!, x!))
      return { next: [next], outputs: [g.mul(h!, next)] }
    },
  })
  return [...outputs, ...final]
}

const graphs: Readonly<Record<string, (x: Given) => g.Node | readonly g.Node[]>> = {
  'a scan over time': (x) => scanOver(x, 'time', ['batch']),
  'a scan over source, last to first': (x) => scanOver(x, 'source', ['batch'], true),
  'a scan over an axis of another name': (x) => scanOver(x, 'layer', ['batch']),
  'a scan over batch': (x) => scanOver(x, 'batch', []),
  'a scan whose states have rows of two axes': (x) => scanOver(x, 'time', both),
  'a scan whose states have heads': (x) => scanOver(x, 'time', ['batch', 4]),
  'a sum of products in a scan over an axis that is not the outermost': (x) => {
    const outside = x(['time', 'batch'])
    const [U, V] = ['U', 'V'].map((name) => g.parameter(name, { rows: [3], columns: 3 })) as [g.Node, g.Node]
    return g.scan({
      axis: 'source',
      initial: [x(['time', 'batch'])],
      steps: [x(['source', 'time', 'batch'])],
      step: ([h], [x]) => ({ next: [g.neg(x!)], outputs: [g.add(g.matmul(U, h!), g.matmul(V, outside))] }),
    }).outputs
  },
  'one scan over what another gives': (x) => {
    const [first] = scanOver(x, 'source', ['batch'])
    return g.scan({
      initial: [x(['batch'])],
      steps: [x(['time', 'batch'])],
      step: ([h], [x]) => {
        const seen = g.sumRows(g.mul(first!, h!), ['batch'])
        return { next: [g.tanh(g.add(x!, seen))], outputs: [g.tanh(g.add(first!, h!))] }
      },
    }).outputs
  },
  'rows of one axis beside rows of two': (x) => g.mul(x(both), x(['batch'])),
  'rows of the outer axis beside rows of two': (x) => g.mul(x(both), x(['source'])),
  'one value a row of one axis': (x) => g.mul(x(both), x(['source'], 1)),
  'rows of three axes beside each of them': (x) =>
    g.mul(g.add(x(everything), x(['time'])), g.mul(x(['source']), x(['batch']))),
  'rows of the outer and the inner axis': (x) => g.mul(x(['time', 'batch']), x(both)),
  'four axes beside two': (x) => g.mul(x([...everything, 4]), x(['source', 4])),
  'fixed rows beside none': (x) => g.mul(x(['batch', 4]), x(['batch'])),
  'axes in another order': (x) => g.mul(x(['batch', 'time']), x(['time', 'batch'])),
  'an array repeated over an axis before its own': (x) => g.tanh(g.broadcast(x(['batch']), { rows: both, columns: 3 })),
  'a sum that keeps one of two axes': (x) => [g.sumRows(x(both), ['batch']), g.sumRows(x(both), ['source'])],
  'sums that keep some of three axes': (x) => {
    const a = x(everything)
    return [['time', 'batch'], both, ['time', 'source'], ['source']].map((keep) => g.sumRows(a, keep))
  },
  'a sum that keeps fixed rows': (x) => g.sumRows(x(['batch', 4]), [4]),
  'weighted sums': (x) => [
    g.weightedSum(x(both, 1), x(both), ['batch']),
    g.weightedSum(x(everything, 1), x(both, 17), ['time', 'batch']),
    g.weightedSum(x(['time'], 1), x(both), ['batch']),
    g.weightedSum(x(['time', 'batch'], 1), x(['time', 'batch'])),
  ],
  'the largest along an axis': (x) => [
    g.mul(g.stop(g.maxRows(x(both, 17), 'source')), x(['batch'], 17)),
    g.mul(g.stop(g.maxRows(x(everything), 'source')), x(['time', 'batch'])),
  ],
  'dot products': (x) => [
    g.dot(x(both, 17), x(['batch'], 17)),
    g.dot(x(['time', 'batch']), x(both)),
    g.dot(x([]), x(both)),
  ],
  'softmax along an axis': (x) => [
    g.softmaxRows(x(both), 'source', x(['batch'], 1, 5)),
    g.softmaxRows(x(everything, 1), 'source', x(['batch'], 1, 5)),
    g.softmaxRows(x(['time', 'batch']), 'time'),
  ],
  'positions along any axis': (x) => [
    g.mul(g.position('source'), x(both)),
    g.mul(g.position('batch'), x(both)),
    g.mul(g.less(g.position('source'), g.position('time')), x(['time', 'source'], 1)),
    g.mul(g.position('time'), x(everything)),
    g.add(g.position('batch'), x([])),
  ],
  'positions in steps': (x) =>
    g.scan({
      initial: [x(both)],
      steps: [
        x(['time', 'batch']),
        g.broadcast(g.position('source'), { rows: ['time', 'source'], columns: 1 }),
        g.position('time'),
      ],
      step: ([h], [x, p, t]) => {
        const next = g.tanh(g.add(g.mul(h!, g.mul(smaller(g.position('source')), x!)), g.mul(p!, t!)))
        return { next: [next], outputs: [next] }
      },
    }).outputs,
  'a product over three axes': (x) => g.matmul(x([5]), x(everything)),
  'a product with what is repeated': (x) => g.matmul(x([5]), g.broadcast(x(['source']), { rows: both, columns: 3 })),
  'a contraction over three axes': (x) =>
    g.tanh(g.stop(g.contract(x(both), g.broadcast(x(['source']), { rows: both, columns: 3 })))),
  'a lookup over three axes': (x) => g.gather(x([5]), x(everything, 1, 5)),
  'a loss over three axes': (x) => g.mul(g.crossEntropy(x(everything), x(everything, 1, 3)), x(['source'], 1)),
  'columns of rows of three axes': (x) => g.concat([x(both), x(['time', 'batch']), g.sumColumns(x(both))]),
}

const smaller = (node: g.Node): g.Node => g.mul(g.constant(0.25), node)

function caseOf(make: (x: Given) => g.Node | readonly g.Node[]): GraphCase {
  const inputs: GraphInput[] = []
  const made = make((rows, columns = 3, below) => {
    const node = g.input(`x${inputs.length}`, { rows, columns })
    inputs.push({ node, ...(below !== undefined && { below }) })
    return node
  })
  const outputs = Object.fromEntries([made].flat().map((node, i) => [`out${i}`, node as g.Node]))
  const free = inputs.filter(({ below }) => below === undefined)
  const parameters = g.ordered(Object.values(outputs)).filter(({ operation }) => operation === g.parameterOperation)
  return {
    graph: { parameters, states: [], outputs, sums: {} },
    backward: {
      outputs: Object.keys(outputs),
      inputs: Object.fromEntries(free.map(({ node }) => [(node as g.Node<{ name: string }>).attributes.name, node])),
    },
    inputs,
    extents: { time: 3, source: 4, batch: 2, layer: 3 },
  }
}

describe.each(Object.entries(graphs))('%s', (_, make) => {
  const one = caseOf(make)
  test.each(all.fast.map(({ name }, turn) => [name, turn] as const))('reference and %s', async (_, turn) => {
    const verdict = await checkGraph(one, { ...all, fast: [all.fast[turn]!] }, 0)
    expect(verdict).toMatchObject({ kind: 'right' })
  })
})
