import { checkDescription } from '../../src/formats/layer-description.ts'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findAddon } from '../../src/backends/native/addon.ts'
import { defineCell, gru, gruResetAfter, layerNorm, lstm, rnn, zoneout } from '../../src/cells/index.ts'
import { sequences } from '../../src/data/index.ts'
import { decodeModel, encodeModel } from '../../src/formats/model-file.ts'
import { fromPyTorch, toPyTorch } from '../../src/formats/pytorch.ts'
import { backward, forward } from '../../src/inference/forward.ts'
import { verify } from '../../src/inference/verify.ts'
import {
  bidirectional,
  chain,
  layerFrom,
  linear,
  recurrent,
  type Layer,
  type RecurrentOptions,
} from '../../src/layers/index.ts'
import { crossEntropy, network, setParameters } from '../../src/models/index.ts'
import { tensor, type Named, type Tensor } from '../../src/tensor.ts'
import { adam } from '../../src/training/optimizers/index.ts'
import { train } from '../../src/training/train.ts'
import { numbers } from '../cells/plain.ts'

const backends = ['reference', 'wasm', ...('addon' in findAddon() ? ['native'] : [])]
const tolerance = (backend: string): number => (backend === 'reference' ? 1e-9 : 2e-5)

const next = numbers(3)
const random = (...shape: number[]): Tensor =>
  tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next()),
    shape,
  )

function expectClose(actual: Tensor, expected: Tensor, within: number): void {
  expect(actual.shape).toEqual(expected.shape)
  actual.data.forEach((value, i) => expect(Math.abs(value - expected.data[i]!)).toBeLessThan(within))
}

const time = 5
const batch = 2
const x = random(time, batch, 3)

/** Steps of a `[time, batch, n]` tensor in reverse. */
function reversed({ shape, data }: Tensor): Tensor {
  const size = shape[1]! * shape[2]!
  const steps = Array.from({ length: shape[0]! }, (_, t) => [...data.subarray(t * size, (t + 1) * size)])
  return tensor(Float64Array.from(steps.reverse().flat()), shape)
}

/** Columns [from, to) of the last axis. */
function columns({ shape, data }: Tensor, from: number, to: number): Tensor {
  const wide = shape.at(-1)!
  const kept = [...data].filter((_, i) => i % wide >= from && i % wide < to)
  return tensor(Float64Array.from(kept), [...shape.slice(0, -1), to - from])
}

describe('directions', () => {
  const options = { cell: lstm, input: 3, hidden: 4 }

  test('backward is forward on the sequence turned round, values and gradients', async () => {
    const there = recurrent(options)
    const back = recurrent({ ...options, direction: 'backward' })
    const parameters = there.parameters({ seed: 1 })
    expect(back.parameters({ seed: 1 })).toEqual(parameters)
    const dy = random(time, batch, 4)
    const state = { h: random(batch, 4), c: random(batch, 4) }
    const turned = await backward(
      there,
      { parameters, x: reversed(x), state },
      { output: reversed(dy) },
      { backend: 'reference' },
    )
    for (const backend of backends) {
      const ran = await backward(back, { parameters, x, state }, { output: dy }, { backend })
      const within = 10 * tolerance(backend)
      expectClose(ran.output, reversed(turned.output), within)
      expectClose(ran.state['h']!, turned.state['h']!, within)
      expectClose(ran.gradients.x!, reversed(turned.gradients.x!), within)
      expectClose(ran.gradients.parameters['Wf']!, turned.gradients.parameters['Wf']!, within)
      expectClose(ran.gradients.state['c']!, turned.gradients.state['c']!, within)
    }
  })

  test('backward with lengths begins at each sequence’s own end', async () => {
    const layer = recurrent({ ...options, direction: 'backward' })
    const parameters = layer.parameters({ seed: 2 })
    const both = await forward(layer, { parameters, x, lengths: [2, 5] }, { backend: 'reference' })
    const short = tensor(Float64Array.from([...x.data].filter((_, i) => i < 2 * batch * 3)), [2, batch, 3])
    const alone = await forward(layer, { parameters, x: short }, { backend: 'reference' })
    // The first sequence: steps 0 and 1, then zeros.
    for (const t of [0, 1]) {
      expect([...both.output.data.slice(t * 8, t * 8 + 4)]).toEqual([...alone.output.data.slice(t * 8, t * 8 + 4)])
    }
    expect([...both.output.data.slice(16, 20)]).toEqual([0, 0, 0, 0])
  })

  test('another cell a direction is each cell alone, side by side', async () => {
    const layer = recurrent({ input: 3, hidden: 4, cell: { forward: lstm, backward: gru } })
    expect(layer.outputs['output']!.columns).toBe(8)
    expect(layer.states.map(({ name }) => name)).toEqual([
      'layers.0.forward.c',
      'layers.0.forward.h',
      'layers.0.backward.h',
    ])
    const parameters = layer.parameters({ seed: 3 })
    const own = (prefix: string): Record<string, Tensor> =>
      Object.fromEntries(
        Object.entries(parameters)
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, value]) => [name.slice(prefix.length), value]),
      )
    const { output } = await forward(layer, { parameters, x }, { backend: 'reference' })
    const ahead = await forward(
      recurrent({ cell: lstm, input: 3, hidden: 4 }),
      { parameters: own('layers.0.forward.'), x },
      { backend: 'reference' },
    )
    const behind = await forward(
      recurrent({ cell: gru, input: 3, hidden: 4, direction: 'backward' }),
      { parameters: own('layers.0.backward.'), x },
      { backend: 'reference' },
    )
    expectClose(columns(output, 0, 4), ahead.output, 1e-12)
    expectClose(columns(output, 4, 8), behind.output, 1e-12)
  })

  test('names begin with the direction where there are layers', () => {
    const layer = recurrent({ cell: rnn, input: 3, hidden: [4, 2], direction: 'backward' })
    expect(layer.declared.map(({ name }) => name)).toEqual([
      'layers.0.backward.W',
      'layers.0.backward.b',
      'layers.1.backward.W',
      'layers.1.backward.b',
    ])
  })

  test('what looks ahead says so, through chains too', () => {
    const causal = (given: Partial<RecurrentOptions>): boolean | undefined => recurrent({ ...options, ...given }).causal
    expect(causal({})).toBe(true)
    expect(causal({ direction: 'forward' })).toBe(true)
    expect(causal({ direction: 'backward' })).toBe(false)
    expect(causal({ direction: 'both' })).toBe(false)
    expect(causal({ gives: 'final output' })).toBe(false)
    expect(chain({ a: recurrent(options), b: linear({ input: 4, output: 1 }) }).causal).toBe(true)
    expect(chain({ a: bidirectional(recurrent(options)), b: linear({ input: 8, output: 1 }) }).causal).toBe(false)
  })

  test.each<[Partial<RecurrentOptions>, string]>([
    [{ direction: 'back' as never }, "direction is 'back'; it must be 'forward', 'backward' or 'both'"],
    [{ direction: 'backward', bidirectional: true }, "direction is 'backward' and bidirectional is true"],
    [{ direction: 'both', bidirectional: false }, "direction is 'both' and bidirectional is false"],
    [{ direction: 'forward', cell: { forward: lstm, backward: gru } }, 'there is a cell for each direction'],
    [{ bidirectional: false, cell: { forward: lstm, backward: gru } }, 'there is a cell for each direction'],
    [
      { cell: { forward: lstm } as never },
      'cell must be a cell: lstm, gru, ... or what defineCell makes; or { forward, backward }',
    ],
    [{ cell: null as never }, 'cell must be a cell'],
    [{ gives: 'last' as never }, "gives is 'last'; it must be 'every step', 'final output' or 'both'"],
    [{ gives: 'final output', residual: true }, 'leave out residual'],
    [{ return_sequences: false } as never, 'did you mean gives?'],
    [{ goBackwards: true } as never, 'did you mean direction?'],
  ])('%j is refused', (given, message) => {
    expect(() => recurrent({ ...options, ...given })).toThrow(message)
  })

  test('both ways runs a recurrent layer, and no other even before its sizes are known', () => {
    const message = 'bidirectional: a recurrent layer was expected, not '
    expect(() => bidirectional(linear({ input: 3, output: 4 }))).toThrow(`${message}linear`)
    expect(() => bidirectional(linear({ output: 4 }))).toThrow(`${message}linear`)
    expect(() => bidirectional(lstm as never)).toThrow(message)
    expect(() => bidirectional(undefined as never)).toThrow(`${message}undefined`)
  })
})

describe('descriptions', () => {
  const again = (layer: Layer): Layer =>
    layerFrom(JSON.parse(JSON.stringify(layer.description)) as Layer['description'])

  test.each<[string, Layer]>([
    ['backward', recurrent({ cell: lstm, input: 3, hidden: 4, direction: 'backward' })],
    ['both', recurrent({ cell: lstm, input: 3, hidden: 4, layers: 2, direction: 'both' })],
    ['a pair', recurrent({ cell: { forward: zoneout(lstm, 0.1), backward: layerNorm(gru) }, input: 3, hidden: 4 })],
    ['the final output', recurrent({ cell: lstm, input: 3, hidden: 4, bidirectional: true, gives: 'final output' })],
    [
      'a backward layer made to run both ways',
      bidirectional(recurrent({ cell: rnn, input: 3, hidden: 4, direction: 'backward' })),
    ],
    ['linear without bias', linear({ input: 3, output: 2, bias: false })],
  ])('%s comes back', (_, layer) => {
    const other = again(layer)
    expect(other.description).toEqual(layer.description)
    expect(other.declared).toEqual(layer.declared)
    expect(other.causal).toBe(layer.causal)
  })

  test('as version 0.1.0 wrote them they are read, and written the same', () => {
    const cell = { text: lstm.text(), modifiers: [] }
    const old = [
      { kind: 'recurrent', input: 3, hidden: 4, cell },
      { kind: 'recurrent', input: 3, hidden: 4, bidirectional: true, layers: 1, cell },
      {
        kind: 'recurrent',
        input: 3,
        hidden: [4, 2],
        bidirectional: false,
        residual: true,
        dropout: 0.5,
        layers: 2,
        cell,
      },
      { kind: 'linear', input: 3, output: 2 },
    ]
    for (const description of old) expect(layerFrom(description as never).description).toEqual(description)
    expect(recurrent({ cell: lstm, input: 3, hidden: 4 }).description).toEqual(old[0])
    expect(recurrent({ cell: lstm, input: 3, hidden: 4, direction: 'both' }).description).toEqual(old[1])
    expect(linear({ input: 3, output: 2 }).description).toEqual(old[3])
  })

  test('a pair without a text, and one of endless equations, is refused before it is read', () => {
    const { cell, ...rest } = recurrent({ cell: { forward: lstm, backward: gru }, input: 3, hidden: 4 }).description
    const { forward } = cell as { forward: { text: string } }
    expect(() => checkDescription({ ...rest, cell: { forward, backward: {} } })).toThrow(
      'no cell with a text and modifiers',
    )
    const long = { ...forward, text: '#'.repeat(2 ** 19 + 1) }
    expect(() => checkDescription({ ...rest, cell: { forward: long, backward: long } })).toThrow('equations are longer')
  })

  test('a model of two cells comes back from its file', async () => {
    const layer = chain({
      rnn: recurrent({ cell: { forward: lstm, backward: gru }, input: 3, hidden: 4, gives: 'final output' }),
      head: linear({ input: 8, output: 2, bias: false }),
    })
    const model = network(layer, { loss: crossEntropy(), seed: 4 })
    const read = await decodeModel(await encodeModel(model))
    expect(read.layer.description).toEqual(layer.description)
    expect(Object.keys(read.parameters)).not.toContain('head.bias')
    const ran = (layer: Layer, parameters: Named) => forward(layer, { parameters, x }, { backend: 'reference' })
    expect((await ran(read.layer, read.parameters)).output).toEqual((await ran(layer, model.parameters)).output)
  })
})

interface Stored {
  readonly shape: number[]
  readonly data: number[]
}
interface Classifier {
  readonly kind: 'LSTM' | 'GRU'
  readonly layers: number
  readonly bidirectional: boolean
  readonly lengths: number[] | null
  readonly weights: Record<string, Stored>
  readonly x: Stored
  readonly logits: Stored
  readonly adjoint: Stored
  readonly gradients: Record<string, Stored>
}

const golden = JSON.parse(readFileSync(new URL('../golden/classifier.json', import.meta.url), 'utf8')) as {
  readonly sizes: { readonly input: number; readonly hidden: number; readonly classes: number; readonly time: number }
  readonly cases: readonly Classifier[]
}
const stored = ({ shape, data }: Stored): Tensor => tensor(Float64Array.from(data), shape)

describe("PyTorch's classifier on the final states of both directions", () => {
  const name = ({ kind, layers, bidirectional, lengths }: Classifier): string =>
    [`${kind}, ${layers} layers`, bidirectional && 'both ways', lengths && 'with lengths'].filter(Boolean).join(', ')

  describe.each(golden.cases.map((one) => [name(one), one] as const))('%s', (_, one) => {
    const { input, hidden, classes } = golden.sizes
    const core = recurrent({
      cell: one.kind === 'LSTM' ? lstm : gruResetAfter,
      input,
      hidden,
      layers: one.layers,
      bidirectional: one.bidirectional,
      gives: 'final output',
    })
    const layer = chain({ rnn: core, fc: linear({ output: classes, bias: false }) })
    const weights = Object.fromEntries(Object.entries(one.weights).map(([name, value]) => [name, stored(value)]))
    const parameters = fromPyTorch(layer, weights)
    const lengths = one.lengths ? { lengths: one.lengths } : {}

    test.each(backends)('values and gradients on %s', async (backend) => {
      const logits = stored(one.logits)
      const given = { parameters, x: stored(one.x), ...lengths }
      const ran = await backward(layer, given, { output: stored(one.adjoint) }, { backend })
      expectClose(ran.output, logits, tolerance(backend))
      expectClose(ran.gradients.x!, stored(one.gradients['x']!), 10 * tolerance(backend))
      const theirs = fromPyTorch(
        layer,
        Object.fromEntries(
          Object.entries(one.gradients)
            .filter(([name]) => name !== 'x')
            .map(([name, value]) => [name, stored(value)]),
        ),
      )
      for (const [name, value] of Object.entries(theirs)) {
        // Where one of our biases is the sum of two, each of the two has its gradient.
        const joint = (one.kind === 'LSTM' ? /\.b.$/ : /\.b[rz]$/).test(name)
        const expected = joint
          ? tensor(
              Float64Array.from(value.data, (v) => v / 2),
              value.shape,
            )
          : value
        expectClose(ran.gradients.parameters[name]!, expected, 10 * tolerance(backend))
      }
    })

    test('verify takes what a network on the last step gives, of each sequence once', async () => {
      const model = network(layer, { loss: crossEntropy() })
      setParameters(model, parameters)
      const expected = {
        input: stored(one.x),
        output: stored(one.logits),
        ...(one.lengths && { lengths: tensor(one.lengths) }),
      }
      expect((await verify(model, expected, { parameters, backend: 'reference' })).largestDifference).toBeLessThan(1e-9)
      const wrong = { ...expected, output: random(3, classes) }
      expect((await verify(model, wrong, { parameters, backend: 'reference' })).largestDifference).toBeGreaterThan(0.01)
    })

    test('goes back to PyTorch without the bias it does not have', () => {
      const back = toPyTorch(layer, parameters)
      expect(Object.keys(back).sort()).toEqual(Object.keys(weights).sort())
    })
  })

  test('what PyTorch does not have is said', () => {
    const backwards = recurrent({ cell: lstm, input: 3, hidden: 4, direction: 'backward' })
    expect(() => toPyTorch(backwards, backwards.parameters())).toThrow('PyTorch has no layer that only runs backwards')
    const pair = recurrent({ cell: { forward: lstm, backward: gru }, input: 3, hidden: 4 })
    expect(() => toPyTorch(pair, pair.parameters())).toThrow('PyTorch has the same cell in both directions')
  })
})

describe('the final output', () => {
  test('of a cell whose output is no state, and of sequences without a step', async () => {
    const cell = defineCell("s' = tanh(U @ x + W @ s)\ny = V @ s'")
    const sizes = { input: 3, hidden: 4, direction: 'both' } as const
    const every = recurrent({ cell, ...sizes })
    const final = recurrent({ cell, ...sizes, gives: 'final output' })
    const parameters = every.parameters({ seed: 5 })
    const lengths = [3, 0]
    const whole = await forward(every, { parameters, x, lengths }, { backend: 'reference' })
    const at = (t: number): number[] => [...whole.output.data.slice(t * 16, t * 16 + 8)]
    const expected = [...at(2).slice(0, 4), ...at(0).slice(4)]
    for (const backend of backends) {
      const { output } = await forward(final, { parameters, x, lengths }, { backend })
      expect(output.shape).toEqual([2, 8])
      expected.forEach((value, i) => expect(output.data[i]).toBeCloseTo(value, 5))
      expect([...output.data.slice(8)]).toEqual(new Array(8).fill(0))
    }
  })

  test('is trained on, in windows of whole sequences', async () => {
    const items = Array.from({ length: 24 }, (_, i) => {
      const length = 3 + (i % 7)
      const x = Array.from({ length }, () => [next()])
      // Only what a layer reads last, going backwards, says the class.
      x[0] = [i % 2 === 0 ? 1 : -1]
      return { x, target: [i % 2] }
    })
    const core = recurrent({ cell: gru, input: 1, hidden: 8, direction: 'backward', gives: 'final output' })
    const layer = chain({ rnn: core, head: linear({ input: 8, output: 2 }) })
    const model = network(layer, { loss: crossEntropy(), seed: 1 })
    const data = sequences(items)
    // Half of all it is asked would cost 0.69 nats.
    const { loss } = await train(model, data, { epochs: 40, batch: 8, optimizer: adam({ lr: 0.02 }), seed: 1 }).finish()
    expect(loss).toBeLessThan(0.1)
    expect(() => train(model, data, { epochs: 1, unroll: 4 })).toThrow('a layer that looks ahead needs whole sequences')
  })
})
