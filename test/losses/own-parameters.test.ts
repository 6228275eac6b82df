// A loss with parameters of its own: they are made, trained, measured, stored and told of as a layer's are.
import { describe, expect, test } from 'vitest'
import {
  adam,
  chain,
  crossEntropy,
  decodeModel,
  embedding,
  encodeModel,
  evaluate,
  forward,
  gru,
  learner,
  linear,
  linearChain,
  memoryStore,
  network,
  open,
  predict,
  recurrent,
  sequences,
  setParameters,
  summary,
  tensor,
  text,
  train,
  type Loss,
  type Model,
} from 'unrolled'
import { mul, sub } from 'unrolled/graph'
import { everyBackend } from '../every-backend.ts'

/** Symbols 0 and 1 at random; the label is the symbol, but after a 2 it is always 0: what a row alone cannot know. */
const items = Array.from({ length: 24 }, (_, i) => {
  const x = Array.from({ length: 3 + (i % 4) }, (_, t) => Math.floor(3 * Math.abs(Math.sin(7 * i + 3 * t))) % 3)
  const target = x.reduce<number[]>((labels, symbol) => [...labels, labels.at(-1) === 2 ? 0 : symbol], [])
  return { x, target }
})
const data = sequences(items.map(({ x, target }) => ({ x: x.map((v) => [v]), target: target.map((v) => [v]) })))

/** Each symbol's own row of scores: what comes before is seen by the loss alone. */
const tagger = (loss: Loss = linearChain()): Model =>
  network(chain({ rows: embedding({ symbols: 3, size: 3 }) }), { loss, seed: 1 })
const names = ['rows.weight', 'loss.transitions', 'loss.begin', 'loss.end']

describe.each(everyBackend)('on %s', (_, engine) => {
  test('they learn, and what is said is what they say', async () => {
    const model = tagger()
    expect(Object.keys(model.parameters)).toEqual(names)
    const options = { epochs: 150, batch: 24, optimizer: adam({ lr: 0.1 }), validation: data, ...engine } as const
    const { loss } = await train(model, data, options).finish()
    expect(loss).toBeLessThan(0.1)
    expect(Object.keys(model.parameters)).toEqual(names)
    const measured = await evaluate(model, data, engine)
    expect(measured.metrics['accuracy']).toBe(1)
    const said = await predict(
      model,
      items.map(({ x }) => x.map((v) => [v])),
      engine,
    )
    said.forEach(({ labels, steps, logProbability }, i) => {
      expect(labels).toEqual(items[i]!.target)
      expect(steps!.map(({ label }) => label)).toEqual(items[i]!.target)
      expect(logProbability).toBeLessThanOrEqual(0)
    })
    // The mean loss of a step is that of whole sequences, shared among their steps.
    const total = said.reduce((sum, { logProbability }) => sum - logProbability!, 0)
    expect(measured.loss).toBeCloseTo(total / items.reduce((sum, { x }) => sum + x.length, 0), 5)
    const alone = tagger(crossEntropy())
    await train(alone, data, options).finish()
    expect((await evaluate(alone, data, engine)).metrics['accuracy']).toBeLessThan(0.95)
  })
})

const exact = { backend: 'reference' } as const

test('scores far out make no NaN, in losses, updates and labellings', async () => {
  for (const [, engine] of everyBackend) {
    const model = tagger()
    setParameters(model, {
      'rows.weight': tensor([
        [1e4, -1e4, 0],
        [-1e4, 1e4, 0],
        [0, 0, 1e4],
      ]),
      'loss.transitions': tensor([
        [-1e4, 1e4, 0],
        [1e4, -1e4, -1e4],
        [-1e4, -1e4, 0],
      ]),
    })
    const { loss } = await evaluate(model, data, engine)
    expect(Number.isFinite(loss)).toBe(true)
    await train(model, data, { steps: 2, clip: false, ...engine }).finish()
    const said = await predict(model, [[0], [1], [2]], engine)
    expect(Number.isFinite(said.logProbability)).toBe(true)
  }
})

test('they may be frozen, and have rates of their own', async () => {
  const model = tagger()
  await train(model, data, { steps: 3, frozen: ['loss.transitions'], rates: { 'loss.e*': 0.5 }, ...exact }).finish()
  expect([...model.parameters['loss.transitions']!.data]).toEqual(new Array(9).fill(0))
  expect([...model.parameters['loss.end']!.data]).not.toEqual([0, 0, 0])
})

test('a run that is gone on with is the run that never stopped', async () => {
  const options = { batch: 5, optimizer: adam({ lr: 0.1 }), seed: 3, backend: 'wasm' } as const
  const whole = tagger()
  await train(whole, data, { ...options, steps: 12 }).finish()
  const parted = tagger()
  const checkpoint = memoryStore()
  await train(parted, data, { ...options, steps: 5, checkpoint }).finish()
  const again = tagger()
  await train(again, data, { ...options, steps: 12, checkpoint, resume: true }).finish()
  for (const name of names) expect(again.parameters[name]).toEqual(whole.parameters[name])
})

describe('in files', () => {
  test('they come back, bit for bit', async () => {
    const model = tagger()
    await train(model, data, { steps: 5, ...exact }).finish()
    const back = decodeModel(encodeModel(model))
    expect(back.loss.name).toBe('linearChain')
    expect(Object.entries(back.parameters)).toEqual(Object.entries(model.parameters))
    expect(encodeModel(back)).toEqual(encodeModel(model))
  })

  /** A scale that is learnt, as a loss of one's own. */
  const scaled: Loss = {
    name: 'scaled',
    options: {},
    target: (output) => ({ ...output, columns: 1 }),
    declared: () => [{ name: 'scale', shape: { rows: [], columns: 1 }, blocks: [{ columns: 1, init: 2 }] }],
    build(output, targets, { parameter }) {
      const error = sub(mul(parameter('scale'), output), targets)
      return mul(error, error)
    },
  }

  test('of a loss that is not known they are kept, and the model predicts', async () => {
    const model = network(linear({ input: 1, output: 1 }), { loss: scaled })
    expect([...model.parameters['loss.scale']!.data]).toEqual([2])
    const back = decodeModel(encodeModel(model))
    expect(Object.entries(back.parameters)).toEqual(Object.entries(model.parameters))
    const x = [[1], [2]]
    expect(await predict(back, x, exact)).toEqual(await predict(model, x, exact))
    expect(() => back.targets).toThrow(/loss "scaled" is not known here/)
    expect(decodeModel(encodeModel(back), 'again', { losses: { scaled: () => scaled } }).targets.targets.columns).toBe(
      1,
    )
  })

  test('a parameter that is missing is named', () => {
    const model = tagger()
    const { 'loss.end': _, ...rest } = model.parameters
    expect(() => encodeModel({ ...model, parameters: rest })).toThrow(
      /tensor "loss.end", which the layers need, is missing/,
    )
  })

  test('a name that a layer has too is refused', () => {
    const layer = chain({ loss: chain({ scale: linear({ input: 1, output: 1, bias: false }) }) })
    const loss: Loss = {
      ...scaled,
      declared: () => [{ name: 'scale.weight', shape: { rows: [], columns: 1 }, blocks: [{ columns: 1, init: 0 }] }],
    }
    expect(() => network(layer, { loss })).toThrow(
      'a layer and the loss scaled both have a parameter loss.scale.weight',
    )
    expect(() =>
      network(linear({ input: 1, output: 1 }), {
        loss: { ...scaled, build: (o, _, c) => mul(o, c.parameter('size')) },
      }),
    ).not.toThrow()
  })
})

test('a parameter that a loss has not declared is an error', async () => {
  const model = network(linear({ input: 1, output: 1 }), {
    loss: {
      name: 'mine',
      options: {},
      target: (output) => output,
      build: (output, _, { parameter }) => mul(output, parameter('size')),
    },
  })
  const one = sequences([{ x: [[1]], target: [[1]] }])
  await expect(train(model, one, { steps: 1, ...exact }).finish()).rejects.toThrow(
    'mine: there is no parameter loss.size; there are none',
  )
})

test('a summary tells of them; layers run with the parameters of the model', async () => {
  const model = tagger()
  const { layers, parameters, text: table } = summary(model)
  expect(layers.at(-1)).toEqual({
    name: 'loss',
    layer: 'linearChain',
    output: ['time', 'batch', 1],
    parameters: 15,
    states: 0,
  })
  expect(parameters).toBe(24)
  expect(table).toMatch(/loss +linearChain +\[time, batch, 1\] +15/)
  expect(summary(tagger(crossEntropy())).layers.map(({ name }) => name)).toEqual(['rows'])
  expect(JSON.parse(JSON.stringify(model))).toMatchObject({ parameters: { 'loss.transitions': [3, 3] } })
  const { output } = await forward(model.layer, { parameters: model.parameters, x: tensor([[[2]]]) }, exact)
  const session = await open(model, exact)
  expect([...(await session.push([2])).output.data]).toEqual([...output.data])
  session.end()
})

describe('sequences may not be cut', () => {
  const model = network(chain({ rnn: recurrent({ cell: gru, input: 1, hidden: 2 }), head: linear({ output: 3 }) }), {
    loss: linearChain(),
    seed: 1,
  })
  const long = sequences([
    { x: Array.from({ length: 300 }, (_, t) => [t % 3]), target: Array.from({ length: 300 }, (_, t) => [t % 3]) },
  ])

  test('by windows, of train and learner, nor by updates between', async () => {
    expect(() => train(model, long, { unroll: 100 })).toThrow(
      'train: unroll is 100, but the loss linearChain needs whole sequences: at least 300',
    )
    expect(() => train(model, long, { every: 100 })).toThrow(
      'train: every is 100, but the loss linearChain needs whole sequences: at least 300',
    )
    const learning = await learner(model, { unroll: 100, ...exact })
    await expect(learning.update(long)).rejects.toThrow(
      'learner: unroll is 100, but the loss linearChain needs whole sequences: here at least 300',
    )
    await learning.end()
  })

  test('nor by segments or measurement: both are those of the whole', async () => {
    const { loss } = await evaluate(model, long, exact)
    const [said] = await predict(model, [Array.from({ length: 300 }, (_, t) => [t % 3])], exact)
    expect(said!.steps!.length).toBe(300)
    const options = { steps: 1, clip: false, optimizer: adam({ lr: 0 }), segment: 8, ...exact } as const
    const { loss: trained } = await train(model, long, options).finish()
    expect(trained).toBeCloseTo(loss, 6)
    const { labellings } = await model.loss.decodeSequence!([[0, 0, 0]], ownOf(model))
    expect(labellings[0]!.logProbability).toBeCloseTo(-Math.log(3), 6)
  })

  test('nor of a text, whose streams are', () => {
    const stream = text('abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc')
    const chars = network(
      chain({ rows: embedding({ symbols: stream.vocabulary.size, size: stream.vocabulary.size }) }),
      {
        loss: linearChain(),
      },
    )
    expect(() => train(chars, stream, { batch: 1 })).toThrow(/the loss linearChain needs whole sequences/)
  })

  test('nor is there one row for them', () => {
    expect(() =>
      network(recurrent({ cell: gru, input: 1, hidden: 2, gives: 'final output' }), { loss: linearChain() }),
    ).toThrow('linearChain: it judges a label for each step; of one row a sequence, crossEntropy does')
  })
})

const ownOf = (model: Model) =>
  Object.fromEntries(
    Object.entries(model.parameters).flatMap(([name, value]) =>
      name.startsWith('loss.') ? [[name.slice(5), value]] : [],
    ),
  )
