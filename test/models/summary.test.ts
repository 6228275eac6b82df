import { expect, test } from 'vitest'
import {
  bidirectional,
  chain,
  crossEntropy,
  defineLayer,
  embedding,
  gru,
  languageModel,
  linear,
  lstm,
  network,
  recurrent,
  summary,
  text,
  vectors,
  type Model,
} from 'unrolled'

test('a summary has the layers, what comes out of them, and where the parameters are', () => {
  const net = chain({
    embed: embedding({ symbols: 50, size: 8 }),
    body: chain({
      rnn: bidirectional(recurrent({ cell: lstm, input: 8, hidden: [16, 12] })),
      head: linear({ input: 24, output: 5 }),
    }),
  })
  // An lstm has four matrices on [h, x] and four biases, in each direction.
  const rnn = 2 * 4 * (16 * (16 + 8) + 16) + 2 * 4 * (12 * (12 + 32) + 12)
  const total = 50 * 8 + rnn + 24 * 5 + 5
  const found = summary(network(net, { loss: crossEntropy() }))
  expect(found).toMatchObject({
    layers: [
      {
        name: 'embed',
        layer: 'embedding, symbols 50, size 8',
        output: ['time', 'batch', 8],
        parameters: 400,
        states: 0,
      },
      {
        name: 'body.rnn',
        layer: 'recurrent lstm, input 8, hidden 16–12, layers 2, bidirectional',
        output: ['time', 'batch', 24],
        parameters: rnn,
        states: 2 * 2 * (16 + 12),
      },
      {
        name: 'body.head',
        layer: 'linear, input 24, output 5',
        output: ['time', 'batch', 5],
        parameters: 125,
        states: 0,
      },
    ],
    parameters: total,
    bytes: 4 * total,
  })
  expect(summary(net)).toEqual(found)
})

test('its text is a table', () => {
  const model = languageModel(text('abc'), { cell: gru, hidden: 100 })
  expect(summary(model).text).toBe(`\
name       layer                                           output              parameters
─────────────────────────────────────────────────────────────────────────────────────────
embedding  embedding, symbols 3, size 100                  [time, batch, 100]         300
core       recurrent gru, input 100, hidden 100, layers 1  [time, batch, 100]      60,300
output     linear, input 100, output 3                     [time, batch, 3]           303
─────────────────────────────────────────────────────────────────────────────────────────
                                                           all                     60,903
243.6 kB in float32`)
})

test('from a million bytes on they are told in millions', () => {
  expect(summary(linear({ input: 249_999, output: 1 })).text).toMatch(/1\.0 MB in float32$/)
  expect(summary(linear({ input: 249_998, output: 1 })).text).toMatch(/1000\.0 kB in float32$/)
})

test('options are told where they say something', () => {
  const own = defineLayer({
    description: { kind: 'own', gate: null, open: false, round: true, factor: 2 },
    inputs: { x: vectors(2) },
    outputs: { output: vectors(2) },
    build: (_, { x }) => ({ output: x! }),
  })
  expect(summary(own).layers).toMatchObject([{ layer: 'own, round, factor 2' }])
})

test('what is tied is counted where it is', () => {
  const model = languageModel(text('abc'), { cell: gru, hidden: 4, tied: true })
  const { layers, parameters } = summary(model)
  expect(layers.map(({ name, parameters }) => [name, parameters])).toEqual([
    ['embedding', 12],
    ['core', 3 * (4 * 8 + 4)],
    ['output', 3],
  ])
  expect(parameters).toBe(12 + 108 + 3)
})

test('a layer alone has no name, and what is neither is refused', () => {
  expect(summary(linear({ input: 2, output: 3 })).layers).toMatchObject([{ name: '', parameters: 9 }])
  for (const other of [undefined, null, 5, 'gru', {}]) {
    expect(() => summary(other as unknown as Model)).toThrow('summary: a model or a layer is needed')
  }
})

test('a layer with a cell for each direction names both', () => {
  const layer = recurrent({ cell: { forward: lstm, backward: gru }, input: 3, hidden: 4 })
  expect(summary(layer).layers[0]!.layer).toBe('recurrent lstm and gru, input 3, hidden 4, bidirectional, layers 1')
})
