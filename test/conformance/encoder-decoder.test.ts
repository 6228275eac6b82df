// Encoder and decoder with lengths on both sides: oracle, differences, program and every backend; and what must hold to the bit.
import { describe, expect, test } from 'vitest'
import {
  attention,
  backward,
  chain,
  decoder,
  embedding,
  encoderDecoder,
  forward,
  gru,
  last,
  linear,
  lstm,
  mean,
  parallelDecoder,
  recurrent,
  tensor,
  uniform,
  type AttentionScore,
  type Cell,
  type Given,
  type Layer,
  type Tensor,
} from 'unrolled'
import { layerGraph } from '../../src/layers/index.ts'
import { everyBackend } from '../every-backend.ts'
import { checkGraph } from '../fuzz/check-graph.ts'
import type { GraphCase } from '../fuzz/generate-graph.ts'
import { machines } from '../fuzz/machines.ts'

const all = await machines()
for (const missing of all.missing) test.skip(missing)

const symbols = { source: 5, target: 4 }

interface Options {
  readonly score?: AttentionScore
  readonly cell?: Cell
  readonly layers?: number
  readonly bidirectional?: boolean
  readonly inputFeeding?: boolean
  readonly offersStart?: boolean
  /** What makes one row of the source, in place of recurrent layers. */
  readonly pool?: typeof mean
  readonly dropout?: number
  /** All steps at once. */
  readonly parallel?: boolean
}

function layerOf({
  score,
  cell = gru,
  layers = 1,
  bidirectional = false,
  inputFeeding = false,
  offersStart = false,
  pool,
  dropout,
  parallel = false,
}: Options): Layer {
  const hidden = 4
  const memory = pool ? 3 : bidirectional ? 2 * hidden : hidden
  const more = dropout !== undefined && layers > 1 ? { dropout } : {}
  return encoderDecoder({
    encoder: chain({
      embed: embedding({ symbols: symbols.source, size: 3, axis: 'source' }),
      rnn: pool ? pool() : recurrent({ cell, hidden, layers, bidirectional, gives: 'both', ...more }),
    }),
    decoder: chain({
      embed: embedding({ symbols: symbols.target, size: 2 }),
      core: parallel
        ? parallelDecoder({ cell, hidden, layers, start: memory, ...more })
        : decoder({
            cell,
            hidden,
            layers,
            start: memory,
            ...(score !== undefined && { attention: score, memory }),
            inputFeeding,
            offersStart,
            ...more,
          }),
      head: linear({ output: 3 }),
    }),
  })
}

const kinds: readonly (readonly [string, Options])[] = [
  ['without attention', { cell: lstm, layers: 2, bidirectional: true }],
  ['all steps at once', { parallel: true, cell: lstm, layers: 2, dropout: 0.3 }],
  ['dot', { score: 'dot' }],
  ['general', { score: 'general', bidirectional: true }],
  ['additive', { score: 'additive', cell: lstm, bidirectional: true }],
  ['additive, several layers', { score: 'additive', layers: 2, dropout: 0.3 }],
  ['dot, fed', { score: 'dot', inputFeeding: true }],
  ['dot, fed, the start offered', { score: 'dot', inputFeeding: true, offersStart: true }],
  ['the last step offered at every one', { pool: last, offersStart: true, cell: lstm }],
  ['a mean offered at every step', { pool: mean, offersStart: true, layers: 2 }],
  ['additive, fed, several layers', { score: 'additive', cell: lstm, layers: 2, inputFeeding: true, dropout: 0.3 }],
]

/** The layer's graph in training, with lengths on both sides and its taps. */
function caseOf(layer: Layer, extents: GraphCase['extents']): GraphCase {
  const graph = layerGraph(layer, { training: true, lengths: true, sourceLengths: true })
  const { inputs, outputs, parameters, states, lengths, sourceLengths, offers } = graph
  const weights = [...offers].filter(([name]) => name.endsWith('attend.weights')).map(([, make]) => make())
  const carried = states.filter(({ name }) => !name.endsWith('begun'))
  const shown = {
    ...outputs,
    ...(weights[0] && { weights: weights[0] }),
    ...Object.fromEntries(carried.map(({ name, final }) => [`final.${name}`, final])),
  }
  return {
    graph: { parameters, states: [], outputs: shown, sums: {} },
    backward: {
      outputs: Object.keys(shown),
      inputs: Object.fromEntries(carried.map(({ name, initial }) => [name, initial])),
    },
    inputs: [
      { node: inputs['source']!, below: symbols.source },
      { node: inputs['x']!, below: symbols.target },
      { node: lengths!, below: extents['time']! + 1 },
      { node: sourceLengths!, below: extents['source']! + 1 },
      // Some rows begin here, others go on.
      ...states.map(({ name, initial }) => ({ node: initial, ...(name.endsWith('begun') && { below: 2 }) })),
    ],
    extents,
  }
}

const [time, source, batch] = [5, 4, 3]
const lengths = [3, 5, 1]
const sourceLengths = [4, 0, 2]
const ids = (steps: number, below: number, seed: number): Tensor =>
  tensor(
    Float64Array.from({ length: steps * batch }, (_, i) => Math.floor(uniform(seed, 1, 0, i, 0) * below)),
    [steps, batch],
  )
const inputs = { source: ids(source, symbols.source, 1), x: ids(time, symbols.target, 2) }

/** Some of the rows `[steps, batch]`, at some of the steps. */
const cut = ({ data, shape }: Tensor, rows: readonly number[], from: number, to: number): Tensor => {
  const columns = shape[2] ?? 1
  const width = shape[1]!
  const values = Array.from({ length: to - from }, (_, t) =>
    rows.flatMap((b) => [...data.subarray(((from + t) * width + b) * columns, ((from + t) * width + b + 1) * columns)]),
  ).flat()
  return tensor(values, [to - from, rows.length, ...shape.slice(2)])
}

describe.each(kinds)('%s', (_, options) => {
  const layer = layerOf(options)
  const parameters = layer.parameters({ seed: 7 })
  const tap = options.score === undefined ? [] : ['decoder.core.attend.weights']
  const given: Given = { parameters, inputs, lengths, sourceLengths, taps: tap }
  const one = caseOf(layer, { time, source, batch })

  test.each(all.fast.map(({ name }, turn) => [name, turn] as const))(
    'agrees with the oracle and with differences on reference and %s, on any number of threads',
    async (_, turn) => {
      expect(await checkGraph(one, { ...all, fast: [all.fast[turn]!] }, 0)).toMatchObject({ kind: 'right' })
    },
  )

  test.each(everyBackend)(
    'to the bit on %s: padded is alone, whatever the order; windows are the whole',
    async (_, engine) => {
      const adjoint = tensor(
        Float64Array.from({ length: time * batch * 3 }, (_, i) => (i % 7) - 3),
        [time, batch, 3],
      )
      const whole = await backward(layer, given, { output: adjoint }, engine)
      const order = [2, 0, 1]
      const turned = await forward(
        layer,
        {
          parameters,
          inputs: { source: cut(inputs.source, order, 0, source), x: cut(inputs.x, order, 0, time) },
          lengths: order.map((b) => lengths[b]!),
          sourceLengths: order.map((b) => sourceLengths[b]!),
        },
        engine,
      )
      expect([...turned.output.data]).toEqual([...cut(whole.output, order, 0, time).data])
      for (let b = 0; b < batch; b++) {
        // A source of no steps is one that nothing is seen of.
        const steps = Math.max(1, sourceLengths[b]!)
        const alone = await forward(
          layer,
          {
            parameters,
            inputs: { source: cut(inputs.source, [b], 0, steps), x: cut(inputs.x, [b], 0, lengths[b]!) },
            sourceLengths: [sourceLengths[b]!],
            taps: tap,
          },
          engine,
        )
        expect([...alone.output.data]).toEqual([...cut(whole.output, [b], 0, lengths[b]!).data])
        for (const name of tap) {
          const { data } = whole.taps[name]!
          for (let t = 0; t < time; t++) {
            for (let s = 0; s < source; s++) {
              const there = t < lengths[b]! && s < sourceLengths[b]!
              expect(data[(t * source + s) * batch + b]).toBe(there ? alone.taps[name]!.data[t * steps + s] : 0)
            }
          }
        }
      }
      const plain = await forward(layer, { parameters, inputs, sourceLengths }, engine)
      let state: Given['state'] = {}
      const outputs: number[] = []
      for (const [from, to] of [
        [0, 1],
        [1, 4],
        [4, 5],
      ] as const) {
        const part = { source: inputs.source, x: cut(inputs.x, [0, 1, 2], from, to) }
        const run = await forward(layer, { parameters, inputs: part, sourceLengths, state: state! }, engine)
        outputs.push(...run.output.data)
        state = run.state
      }
      expect(outputs).toEqual([...plain.output.data])
    },
  )
})

test.each(
  kinds.flatMap(([name, options]) => everyBackend.map(([backend, engine]) => ({ name, options, backend, engine }))),
)('lengths that are all full change no bit: $name on $backend', async ({ options, engine }) => {
  const layer = layerOf(options)
  const given: Given = { parameters: layer.parameters({ seed: 7 }), inputs }
  const adjoint = {
    output: tensor(
      Float64Array.from({ length: time * batch * 3 }, (_, i) => (i % 7) - 3),
      [time, batch, 3],
    ),
  }
  const full = { lengths: Array<number>(batch).fill(time), sourceLengths: Array<number>(batch).fill(source) }
  expect(await backward(layer, { ...given, ...full }, adjoint, engine)).toEqual(
    await backward(layer, given, adjoint, engine),
  )
})

describe('attention by itself', () => {
  const layer = attention({ score: 'general', input: 2, memory: 3, output: 4 })
  const parameters = layer.parameters({ seed: 1 })
  const some = (shape: readonly number[], seed: number): Tensor => {
    const count = shape.reduce((a, b) => a * b)
    return tensor(
      Float64Array.from({ length: count }, (_, i) => uniform(seed, 2, 0, i, 0) - 0.5),
      shape,
    )
  }
  const x = some([2, 2, 2], 1)
  const memory = some([3, 2, 3], 2)

  test('is what its equations say', async () => {
    const { output, taps } = await forward(
      layer,
      { parameters, inputs: { x, memory }, sourceLengths: [3, 2], taps: ['weights'] },
      { backend: 'reference' },
    )
    const [W, C] = [parameters['W']!.data, parameters['C']!.data]
    for (let t = 0; t < 2; t++) {
      for (const [b, steps] of [3, 2].entries()) {
        const h = [0, 1].map((c) => x.data[(t * 2 + b) * 2 + c]!)
        const m = Array.from({ length: steps }, (_, s) => [0, 1, 2].map((c) => memory.data[(s * 2 + b) * 3 + c]!))
        const e = m.map((row) =>
          Math.exp(h.reduce((sum, hi, i) => sum + hi * row.reduce((z, v, c) => z + W[i * 3 + c]! * v, 0), 0)),
        )
        const total = e.reduce((a, b) => a + b)
        const joined = [...[0, 1, 2].map((c) => e.reduce((sum, w, s) => sum + (w / total) * m[s]![c]!, 0)), ...h]
        for (let o = 0; o < 4; o++) {
          const wanted = Math.tanh(joined.reduce((sum, v, c) => sum + C[o * 5 + c]! * v, 0))
          expect(output.data[(t * 2 + b) * 4 + o]).toBeCloseTo(wanted, 12)
        }
        for (let s = 0; s < 3; s++) {
          const weight = s < steps ? e[s]! / total : 0
          expect(taps['weights']!.data[(t * 3 + s) * 2 + b]).toBeCloseTo(weight, 12)
        }
      }
    }
    expect(taps['weights']!.shape).toEqual([2, 3, 2, 1])
  })

  test('what lies past the end of a memory need not be finite', async () => {
    const wild = tensor(memory.data.slice(), memory.shape)
    wild.data.fill(NaN, 15)
    const run = (given: Tensor) => forward(layer, { parameters, inputs: { x, memory: given }, sourceLengths: [3, 2] })
    expect((await run(wild)).output).toEqual((await run(memory)).output)
  })
})
