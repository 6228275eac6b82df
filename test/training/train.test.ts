import { expect, test, vi } from 'vitest'
import {
  adam,
  backward,
  chain,
  crossEntropy,
  forward,
  gru,
  languageModel,
  last,
  linear,
  lstm,
  meanSquaredError,
  network,
  recurrent,
  rnnRelu,
  sequences,
  sgd,
  tensor,
  text,
  train,
  UnrolledError,
  type TrainingEvent,
} from 'unrolled'
import { turnAfterNow } from '../event-loop.ts'

const book = text('the quick brown fox jumps over the lazy dog, and the dog sleeps on. '.repeat(10))

async function caught(work: () => unknown): Promise<UnrolledError> {
  try {
    await work()
  } catch (error) {
    expect(error).toBeInstanceOf(UnrolledError)
    return error as UnrolledError
  }
  throw new Error('no error was thrown')
}

test('TBPTT(k1, k2): update n has the gradient of its last k1 losses through k2 steps', async () => {
  const every = 3
  const unroll = 7
  const batch = 4
  const model = languageModel(book, { cell: lstm, hidden: 6, seed: 2 })
  const { layer } = model
  const parameters = model.parameters
  const length = Math.floor((book.ids.length - 1) / batch)
  const at = (t: number, b: number): number => book.ids[b * length + t]!
  const x = (from: number, to: number) =>
    tensor(
      Float64Array.from({ length: (to - from) * batch }, (_, i) => at(from + Math.floor(i / batch), i % batch)),
      [to - from, batch, 1],
    )
  let n = 0
  // With a learning rate of 0 the weights stay, and every gradient can be found again.
  for await (const event of train(model, book, {
    batch,
    every,
    unroll,
    steps: 6,
    clip: false,
    optimizer: sgd({ lr: 0 }),
  })) {
    if (event.event !== 'step') continue
    n++
    const end = n * every
    const start = Math.max(0, end - unroll)
    const state = start > 0 ? (await forward(layer, { parameters, x: x(0, start) })).state : {}
    const given = { parameters, x: x(start, end), state }
    const { output } = await forward(layer, given)
    const symbols = layer.outputs['output']!.columns
    const adjoint = new Float64Array(output.data.length)
    let loss = 0
    for (let t = end - every; t < end; t++) {
      for (let b = 0; b < batch; b++) {
        const from = ((t - start) * batch + b) * symbols
        const logits = Array.from(output.data.subarray(from, from + symbols))
        const total = logits.reduce((sum, value) => sum + Math.exp(value), 0)
        loss += Math.log(total) - logits[at(t + 1, b)]!
        logits.forEach((value, c) => {
          adjoint[from + c] = (Math.exp(value) / total - (c === at(t + 1, b) ? 1 : 0)) / (every * batch)
        })
      }
    }
    const { gradients } = await backward(layer, given, { output: tensor(adjoint, output.shape) })
    const squares = Object.values(gradients.parameters)
      .flatMap(({ data }) => [...data])
      .map((value) => value * value)
    const norm = Math.sqrt(squares.reduce((a, b) => a + b))
    expect(event.loss).toBeCloseTo(loss / (every * batch), 5)
    expect(Math.abs(event.gradientNorm - norm) / norm).toBeLessThan(1e-4)
  }
  expect(n).toBe(6)
})

test('the model has the best weights in the end, and stops when patience is out', async () => {
  const model = languageModel(book, { cell: gru, hidden: 8, seed: 1 })
  const events: TrainingEvent[] = []
  // A learning rate this high makes the validation loss go up and down.
  const options = { batch: 4, unroll: 10, epochs: 60, validation: 0.2, patience: 3, optimizer: adam({ lr: 0.05 }) }
  for await (const event of train(model, book, options)) events.push(event)
  const validations = events.filter((event) => event.event === 'validation')
  const done = events.at(-1)!
  expect(done).toMatchObject({
    event: 'done',
    reason: 'patience',
    backend: expect.stringMatching(/^(native|wasm)$/),
    threads: expect.any(Number),
  })
  const lowest = Math.min(...validations.map(({ validationLoss }) => validationLoss))
  expect(done).toMatchObject({ validationLoss: lowest })
  expect(validations.slice(-3).every(({ best }) => !best)).toBe(true)
  expect(model.record).toMatchObject({ validationLoss: lowest })
})

test('a run is pulled: it stops where the loop breaks, with the weights of that moment', async () => {
  const model = languageModel(book, { cell: gru, hidden: 8, seed: 1 })
  const twin = languageModel(book, { cell: gru, hidden: 8, seed: 1 })
  const options = { batch: 4, unroll: 10 }
  for await (const { step } of train(model, book, { ...options, steps: 50 })) if (step === 3) break
  await train(twin, book, { ...options, steps: 3 }).finish()
  expect(Object.entries(model.parameters)).toEqual(Object.entries(twin.parameters))
})

test('an aborted run ends with an event that says so', async () => {
  const stop = new AbortController()
  const model = languageModel(book, { cell: gru, hidden: 8, seed: 1 })
  let last: TrainingEvent | undefined
  for await (const event of train(model, book, { batch: 4, unroll: 10, steps: 50, signal: stop.signal })) {
    if (event.step === 2) stop.abort()
    last = event
  }
  expect(last).toMatchObject({ event: 'done', reason: 'aborted', step: 2 })
})

test('the event loop gets its turns while a run goes on', async () => {
  const model = languageModel(book, { cell: lstm, hidden: 64, layers: 2, seed: 1 })
  // On a clock by which every step takes long, however fast the machine is.
  let clock = 0
  vi.stubGlobal('performance', { now: () => (clock += 1000) })
  let turn: { readonly taken: boolean } | undefined
  try {
    for await (const { event, step } of train(model, book, { batch: 8, unroll: 16, steps: 60 }))
      // By then everything is compiled, which takes turns of its own.
      if (event === 'step' && step === 1) turn = turnAfterNow()
  } finally {
    vi.unstubAllGlobals()
  }
  expect(turn?.taken).toBe(true)
})

test('a loss that is not a number stops the run before it does harm, and the error says where it began', async () => {
  const net = chain({ rnn: recurrent({ cell: rnnRelu, input: 1, hidden: 4 }), head: linear({ input: 4, output: 1 }) })
  const model = network(net, { loss: meanSquaredError(), seed: 1 })
  const grow = sequences([
    { x: Array.from({ length: 30 }, (_, t) => [t === 0 ? 1 : 0]), target: Array.from({ length: 30 }, () => [0]) },
  ])
  const before = model.parameters
  const name = Object.keys(before).find((key) => before[key]!.shape.join() === '4,5')!
  const wide = tensor(
    Float32Array.from({ length: 20 }, () => 1e3),
    [4, 5],
  )
  model.parameters = { ...before, [name]: wide }
  const error = await caught(() => train(model, grow, { steps: 3, batch: 1 }).finish())
  expect(error.code).toBe('non-finite')
  expect(error.message).toMatch(/update 1: the loss is (Infinity|NaN)/)
  expect(error.message).toContain('learning rate')
  expect(Object.values(model.parameters).every(({ data }) => data.every(Number.isFinite))).toBe(true)
})

test('a bad input is named', async () => {
  const net = chain({ rnn: recurrent({ cell: gru, input: 1, hidden: 4 }), head: linear({ input: 4, output: 2 }) })
  const model = network(chain({ _: net, last: last() }), { loss: crossEntropy(), seed: 1 })
  const x = Float32Array.of(0, 0, 1)
  const data = sequences([{ x, target: [1] }])
  // Typed arrays are read where they lie, also what is written there after they were checked.
  x[1] = NaN
  const error = await caught(() => train(model, data, { steps: 1 }).finish())
  expect(error.message).toContain('the input of step 1 holds NaN')
})

test.each([
  [{ batchSize: 3 }, 'did you mean batch?'],
  [{ unrol: 3 }, 'did you mean unroll?'],
  [{ lr: 0.1 }, 'adam({ lr })'],
  [{ every: 9, unroll: 5 }, 'every is 9; it must be at most unroll, which is 5'],
  [{ validation: 1 }, 'validation is 1'],
  [{ segment: 12 }, 'multiple of 8'],
  [{ batch: 0 }, 'batch is 0'],
  [{ batch: 500, unroll: 50 }, 'the text has 680 characters'],
])('wrong options are refused at once: %j', async (options, message) => {
  const model = languageModel(book, { cell: gru, hidden: 4 })
  const error = await caught(() => train(model, book, options as object))
  expect(error.message).toContain(message)
})

test('sequences of different lengths: only their own steps count', async () => {
  const net = chain({
    rnn: recurrent({ cell: gru, input: 1, hidden: 5, bidirectional: true }),
    head: linear({ input: 10, output: 1 }),
  })
  const items = [3, 7, 1].map((length) => ({
    x: Array.from({ length }, (_, t) => [Math.sin(t)]),
    target: Array.from({ length }, (_, t) => [Math.cos(t)]),
  }))
  const model = network(net, { loss: meanSquaredError(), seed: 4 })
  const parameters = model.parameters
  let sum = 0
  for (const { x, target } of items) {
    const { output } = await forward(net, { parameters, x: tensor(x.map((row) => [row])) })
    output.data.forEach((value, t) => (sum += (value - target[t]![0]!) ** 2))
  }
  for await (const event of train(model, sequences(items), { steps: 1, optimizer: sgd({ lr: 0 }) })) {
    if (event.event === 'step') expect(event.loss).toBeCloseTo(sum / 11, 5)
  }
})
