/** A decoder over `time` that attends to an encoder over `source`, written by hand, with lengths on both sides. */

import * as g from 'unrolled/graph'
import { input, parameter, type Node } from '../../src/graph/index.ts'
import type { GraphInput } from '../fuzz/graph-pool.ts'
import type { GraphCase } from '../fuzz/generate-graph.ts'

export type Scores = 'dot' | 'additive'

export const sizes = { source: 4, time: 5, batch: 3 } as const
const hidden = 6

/** Some inputs with the numbers they may be drawn from, and the graph over them. */
export function attention(scores: Scores, extents: GraphCase['extents'] = sizes): GraphCase {
  const parameters: Node[] = []
  const matrix = (name: string, rows: number, columns: number): Node => {
    parameters.push(parameter(name, { rows: [rows], columns }))
    return parameters.at(-1)!
  }
  const inputs: GraphInput[] = []
  const given = (name: string, rows: readonly string[], columns: number, below?: number): Node => {
    const node = input(name, { rows, columns })
    inputs.push({ node, ...(below !== undefined && { below }) })
    return node
  }
  const x = given('x', ['source', 'batch'], 3)
  const y = given('y', ['time', 'batch'], 2)
  const sourceLengths = given('sourceLengths', ['batch'], 1, sizes.source + 1)
  const targetLengths = given('targetLengths', ['batch'], 1, sizes.time + 1)
  const [wx, wh] = [matrix('Wx', hidden, 3), matrix('Wh', hidden, hidden)]
  const { outputs, final } = g.scan({
    axis: 'source',
    initial: [given('h', ['batch'], hidden)],
    steps: [x],
    lengths: sourceLengths,
    step: ([h], [x]) => {
      const next = g.tanh(g.add(g.matmul(wx, x!), g.matmul(wh, h!)))
      return { next: [next], outputs: [next] }
    },
  })
  const encoded = outputs[0]!
  const keys = g.matmul(matrix('Wk', hidden, hidden), encoded)
  const [wq, wy, ws, wc] = [
    matrix('Wq', hidden, hidden),
    matrix('Wy', hidden, 2),
    matrix('Ws', hidden, hidden),
    matrix('Wc', hidden, hidden),
  ]
  const v = parameter('v', { rows: [], columns: hidden })
  if (scores === 'additive') parameters.push(v)
  const decoded = g.scan({
    initial: [final[0]!],
    steps: [y],
    lengths: targetLengths,
    step: ([s], [y]) => {
      const query = g.matmul(wq, s!)
      const score = scores === 'dot' ? g.dot(keys, query) : g.dot(v, g.tanh(g.add(keys, query)))
      const weights = g.softmaxRows(score, 'source', sourceLengths)
      const context = g.weightedSum(weights, encoded, ['batch'])
      const next = g.tanh(g.add(g.add(g.matmul(wy, y!), g.matmul(ws, s!)), g.matmul(wc, context)))
      return { next: [next], outputs: [next, weights] }
    },
  })
  const [output, weights] = decoded.outputs as [Node, Node]
  return {
    graph: { parameters, states: [], outputs: { output, weights }, sums: {} },
    backward: {
      outputs: ['output', 'weights'],
      inputs: Object.fromEntries(
        inputs
          .filter(({ below }) => below === undefined)
          .map(({ node }) => [(node as Node<{ name: string }>).attributes.name, node]),
      ),
    },
    inputs,
    extents,
  }
}
