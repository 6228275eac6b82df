import { expect, test } from 'vitest'
import { pullback } from '../../src/gradient/index.ts'
import * as g from '../../src/graph/index.ts'
import { uniform } from '../../src/uniform.ts'
import { difference, differences } from './differences.ts'

const hidden = 3
const inputs = 2
const time = 4
const batch = 3

/** A gated recurrence that touches everything: blocks, biases, lengths, an output product, a captured array per sequence. */
function model(reverse: boolean, withLengths: boolean) {
  const x = g.input('x', { rows: ['time', 'batch'], columns: inputs })
  const h0 = g.input('h0', { rows: ['batch'], columns: hidden })
  const context = g.input('context', { rows: ['batch'], columns: hidden })
  const lengths = g.input('lengths', { rows: ['batch'], columns: 1 })
  const Wz = g.parameter('Wz', { rows: [hidden], columns: hidden + inputs })
  const Wn = g.parameter('Wn', { rows: [hidden], columns: hidden + inputs })
  const V = g.parameter('V', { rows: [2], columns: hidden })
  const bz = g.parameter('bz', { rows: [], columns: hidden })
  const { outputs, final } = g.scan({
    reverse,
    initial: [h0],
    steps: [x],
    ...(withLengths && { lengths }),
    step: ([h], [x]) => {
      const z = g.sigmoid(g.add(g.matmul(Wz, g.concat([h!, x!])), bz))
      const n = g.tanh(g.add(g.matmul(Wn, g.concat([g.mul(z, h!), x!])), context))
      const next = g.add(g.mul(g.sub(g.constant(1), z), h!), g.mul(z, n))
      return { next: [next], outputs: [g.tanh(g.matmul(V, next))] }
    },
  })
  const loss = g.add(
    g.sumRows(g.sumColumns(g.mul(outputs[0]!, outputs[0]!))),
    g.sumRows(g.sumColumns(g.exp(final[0]!))),
  )
  const wrt = [x, h0, context, Wz, Wn, V, bz]
  let seed = 1
  const given = new Map<g.Node, g.Value>()
  const extents = { time, batch }
  for (const node of [...wrt]) {
    const value = g.zeros(node.shape, { extents, scalars: {} })
    value.data.forEach((_, i) => (value.data[i] = 2 * uniform(seed++, 0, 0, 0, 0) - 1))
    given.set(node, value)
  }
  given.set(lengths, { shape: lengths.shape, extents: [batch], data: Float64Array.of(4, 0, 2) })
  return { loss, wrt, given, context: { extents, scalars: {} } }
}

for (const reverse of [false, true]) {
  for (const withLengths of [false, true]) {
    test(`backpropagation through time equals central differences (reverse ${reverse}, lengths ${withLengths})`, () => {
      const { loss, wrt, given, context } = model(reverse, withLengths)
      const adjoints = pullback(new Map([[loss, g.constant(1)]]), wrt)
      for (const node of wrt) {
        const [value] = g.evaluate([adjoints.get(node)!], new Map(given), context)
        expect(difference(value!.data, differences(loss, node, given, context))).toBeLessThan(1e-7)
      }
    })
  }
}
