// What a user implements wrongly is told of in words, at the place where it is wrong.
import { describe, expect, test } from 'vitest'
import {
  adam,
  constant as constantRate,
  defineLayer,
  evaluate,
  forward,
  generate,
  gru,
  languageModel,
  learner,
  linear,
  meanSquaredError,
  network,
  recurrence,
  score,
  sequences,
  tensor,
  text,
  train,
  vectors,
  type CheckpointStore,
  type DataSet,
  type LayerParts,
  type Loss,
  type Model,
  type Optimizer,
  type OwnRecurrence,
  type Schedule,
  type TrainingBatch,
  type TrainingData,
} from 'unrolled'
import { add, concat, constant, matmul, maxColumns, mean, mul, sub } from 'unrolled/graph'
import { caught } from './caught.ts'

const data = sequences([{ x: [[0], [1]], target: [[1, 0], [3, 0]] }]) // prettier-ignore
const make = (loss: Loss = meanSquaredError()): Model => network(linear({ input: 1, output: 2 }), { loss, seed: 1 })

describe('a loss', () => {
  const loss = (build: Loss['build']): Loss => ({ name: 'mine', options: {}, target: (output) => output, build })

  test.each<[string, Loss['build'], string]>([
    [
      'of several numbers, of which only the first was minimised',
      (output, targets) => mul(sub(output, targets), sub(output, targets)),
      'the loss mine gives 2 numbers for each row; a loss is one: mean(…) or sumColumns(…) of unrolled/graph makes one of them',
    ],
    ['that gives nothing', (() => undefined) as never, 'the loss mine: a value of type undefined is no node'],
    [
      'that reckons with nodes as with numbers',
      ((a: number, b: number) => (a - b) ** 2) as never,
      'mine: a value of type number is no node',
    ],
    [
      'with a number among the nodes',
      (output) => mean(mul(output, 2 as never)),
      'mul: a value of type number is no node; constant(2)',
    ],
  ])('%s', async (_, build, message) => {
    await expect(train(make(loss(build)), data, { steps: 1 }).finish()).rejects.toThrow(message)
    await expect(evaluate(make(loss(build)), data)).rejects.toThrow(message)
  })
})

test('what is no node is refused by whatever takes nodes', () => {
  const one = constant(1)
  for (const [wrong, name] of [
    [() => add(one, 1 as never), 'add'],
    [() => concat([one, undefined as never]), 'concat'],
    [() => matmul([[1]] as never, one), 'matmul'],
    [() => maxColumns(3 as never), 'maxColumns'],
    [() => mean(3 as never), 'sumColumns'],
  ] as const) {
    expect(wrong).toThrow(
      expect.objectContaining({ code: 'bad-program', message: expect.stringContaining(`${name}: `) }),
    )
  }
})

describe('an optimizer', () => {
  const descent = (parts: Partial<Optimizer>): Optimizer => ({
    name: 'descent',
    options: {},
    lr: constantRate({ lr: 0.1 }),
    moments: [],
    scalars: ['lr'],
    scalarValues: (_, lr, into) => void (into[0] = lr),
    update: ({ parameter, gradient, scalars }) => ({
      parameter: sub(parameter, mul(scalars['lr']!, gradient)),
      moments: {},
    }),
    ...parts,
  })
  const way = { name: 'way', initial: 0 }

  test.each<[string, Partial<Optimizer>, string]>([
    ['that forgets a moment', { moments: [way] }, 'no next value of its moment way'],
    ['that gives nothing', { update: (() => undefined) as never }, 'no next value of the parameters'],
    [
      'that gives a number',
      { update: (() => ({ parameter: 1, moments: {} })) as never },
      'no next value of the parameters',
    ],
    [
      'with a moment that it did not name',
      { update: ({ parameter, gradient }) => ({ parameter, moments: { way: gradient } }) },
      'a moment way, which is not among its moments',
    ],
  ])('%s', async (_, parts, message) => {
    const error = await caught(() => train(make(), data, { steps: 1, optimizer: descent(parts) }).finish())
    expect([error.code, error.message]).toEqual([
      'option',
      expect.stringContaining(`the optimizer descent gives ${message}`),
    ])
  })
})

test.each([NaN, -1, Infinity, undefined as never])(
  'a schedule that gives %s is named, in train and learner',
  async (rate) => {
    const lr: Schedule = {
      name: 'mine',
      options: {},
      initial: {},
      lr: (step) => (step < 3 ? 0.1 : rate),
      observe: (s) => s,
    }
    const message = `the schedule mine: the rate of update 3 is ${rate}; it must be a finite number, at least 0`
    await expect(train(make(), data, { steps: 5, optimizer: adam({ lr }) }).finish()).rejects.toThrow(message)
    const learning = await learner(make(), { optimizer: adam({ lr }) })
    await learning.update(data)
    await learning.update(data)
    await expect(learning.update(data)).rejects.toThrow(message)
    await learning.end()
  },
)

test('a store may do at once what it does, and say null of what is not there', async () => {
  const written: string[] = []
  let released = 0
  const store = {
    lock: () => () => void released++,
    readResume: () => null,
    writeModel: () => void written.push('model'),
    writeResume: () => void written.push('resume'),
  } as unknown as CheckpointStore
  await train(make(), data, { steps: 2, checkpoint: store }).finish()
  expect(written).toContain('model')
  expect(written).toContain('resume')
  expect(released).toBe(1)
  const full = { ...store, writeModel: () => { throw new Error('no room') } } as CheckpointStore // prettier-ignore
  await expect(train(make(), data, { steps: 2, checkpoint: full }).finish()).rejects.toThrow('keep the model: no room')
  const torn = { ...store, lock: () => { throw 'torn' } } as CheckpointStore // prettier-ignore
  await expect(train(make(), data, { steps: 2, checkpoint: torn }).finish()).rejects.toMatchObject({
    code: 'checkpoint',
    message: 'train: the store could not take the run: torn',
  })
})

test('a controller in the place of its signal is refused, which would never be heard', async () => {
  const signal = new AbortController() as never
  const message = 'signal is an object (AbortController); it must be an AbortSignal: the signal of an AbortController'
  const book = text('to be or not to be')
  const model = languageModel(book, { cell: gru, hidden: 2 })
  expect(() => train(make(), data, { signal })).toThrow(message)
  expect(() => generate(model, 'to', { signal })).toThrow(message)
  await expect(evaluate(model, book, { signal })).rejects.toThrow(message)
  await expect(score(model, book, { signal })).rejects.toThrow(message)
})

test.each([
  [{ patience: 0, validation: 0.5 }, 'train: patience is 0'],
  [{ minDelta: -1 }, 'train: minDelta is -1'],
  [{ learning_rate: 0.1 }, 'there is no option learning_rate; did you mean optimizer: adam({ lr })?'],
  [{ weight_decay: 0.1 }, 'there is no option weight_decay; did you mean optimizer: adamW({ weightDecay })?'],
])('%o is told of as what was written', (options, message) => {
  expect(() => train(make(), data, options as never)).toThrow(message)
})

describe('a data set', () => {
  const port = { kind: 'vector', columns: 1, axes: ['time', 'batch'] } as const
  const batch: TrainingBatch = { batch: 1, steps: 2, fill: (_, __, into) => void into['x']?.fill(1) }
  const some = (open: () => TrainingBatch): TrainingData => ({ batches: 1, longest: 2, positions: 2, open })
  const set = (open: () => TrainingBatch, parts: Partial<DataSet> = {}): DataSet => ({
    ports: { x: port, targets: { ...port, columns: 2 } },
    hash: 'mine',
    units: 'steps',
    count: 1,
    longest: 2,
    parts: () => ({ training: some(open) }),
    whole: () => some(open),
    ...parts,
  })
  const message = async (mine: DataSet, options = {}) =>
    (await caught(() => train(make(), mine, { steps: 1, ...options }).finish())).message

  test.each<[string, () => TrainingBatch, string]>([
    [
      'that promises a batch',
      (async () => batch) as never,
      'is an object (Promise); it must be { batch, steps, fill }',
    ],
    ['that gives none', () => undefined as never, 'is undefined; it must be { batch, steps, fill }'],
    ['of half a step', () => ({ ...batch, steps: 1.5 }), 'has the steps 1.5; that is a whole number'],
    [
      'with a sequence that goes on behind its end',
      () => ({ ...batch, lengths: Float32Array.of(9) }),
      'has the length 9 for sequence 0, of 2 steps',
    ],
    [
      'with more lengths than sequences',
      () => ({ ...batch, lengths: Float32Array.of(1, 2) }),
      'has 2 lengths for 1 sequences',
    ],
  ])('%s', async (_, open, wrong) => {
    expect(await message(set(open))).toBe(`batch 0 of the data ${wrong}`)
    await expect(evaluate(make(), set(open))).rejects.toThrow(`batch 0 of the data ${wrong}`)
  })

  test('that keeps nothing for validation, or gives no parts', async () => {
    expect(
      await message(
        set(() => batch),
        { validation: 0.5 },
      ),
    ).toContain('parts of the data keeps nothing for it')
    expect(await message(set(() => batch, { parts: () => undefined as never }))).toContain('gives no training')
  })
})

describe('a layer', () => {
  const layer = (parts: Partial<LayerParts>) =>
    defineLayer({
      description: { kind: 'mine' },
      inputs: { x: vectors(1) },
      outputs: { output: vectors(1) },
      build: (_, { x }) => ({ output: x! }),
      ...parts,
    })
  const run = (parts: Partial<LayerParts>) => forward(layer(parts), { parameters: {}, x: tensor([[[1]]]) })
  const states = [{ name: 's', columns: 1, initial: 0 }]
  const stepped = (step: OwnRecurrence['step']): Partial<LayerParts> => ({
    states,
    build: (context, { x }) => ({ output: recurrence(context, { states, steps: [x!], step }).outputs[0]! }),
  })

  test.each<[string, Partial<LayerParts>, string]>([
    [
      'that builds nothing',
      { build: () => undefined as never },
      'mine: its output output is [time, batch] × 1, but it builds nothing',
    ],
    [
      'with a step that gives no next value',
      stepped((_, [x]) => ({ outputs: [x!] }) as never),
      'gives no next values of 1 states',
    ],
    [
      'with a step that forgets a state',
      stepped((_, [x]) => ({ next: [], outputs: [x!] })),
      'gives 0 next values of 1 states',
    ],
    [
      'with a step that gives a number',
      stepped((_, [x]) => ({ next: [1 as never], outputs: [x!] })),
      'a value of type number is no node',
    ],
  ])('%s', async (_, parts, message) => {
    await expect(run(parts)).rejects.toThrow(message)
  })

  test('with first values for a part of a parameter, of which the rest was zero', () => {
    const declared = [{ name: 'a', shape: { rows: [2], columns: 3 }, blocks: [{ columns: 1, init: 0 }] }]
    expect(() => layer({ declared })).toThrow(
      'mine: the blocks of a, which say its first values, have 1 columns; it has 3',
    )
  })
})
