import { describe, expect, test, vi } from 'vitest'
import {
  chain,
  crossEntropy,
  gru,
  languageModel,
  last,
  linear,
  lines,
  meanSquaredError,
  memoryStore,
  network,
  plateau,
  recurrent,
  sequences,
  sgd,
  text,
  train,
  warmup,
  type LabelledSequence,
  type Model,
  type Sequences,
  type Text,
  type TrainingOptions,
} from 'unrolled'
import type { TrainingData } from '../../src/data/index.ts'
import { decodeResume, encodeResume } from '../../src/formats/run-file.ts'
import { checkData } from '../../src/models/index.ts'
import { partsOf } from '../../src/training/parts.ts'
import { settingsFrom } from '../../src/training/options.ts'
import { refusal } from '../formats/safetensors-file.ts'

const layers = (output: number) =>
  chain({ rnn: recurrent({ cell: gru, input: 1, hidden: 2 }), head: linear({ input: 2, output }) })
const classifier = network(chain({ _: layers(4), last: last() }), { loss: crossEntropy() })
const forecaster = network(layers(1), { loss: meanSquaredError() })

/** x tells which sequence it is; they are sorted by class, as files often are. */
const sorted = sequences(
  Array.from({ length: 40 }, (_, i) => ({ x: [i, i, i].slice(0, 1 + (i % 3)), target: [Math.floor(i / 10)] })),
)

function parts(model: Model, data: Text | Sequences, options: TrainingOptions) {
  const usual = { batch: 8, unroll: 50, seed: options.seed ?? 1, uncut: undefined, parameters: [], writes: false }
  return partsOf(model, checkData(model, data, 'train'), settingsFrom(options, usual))
}

/** The x of all sequences of a part, first to last. */
function seen(data: TrainingData): number[] {
  return Array.from({ length: data.batches }, (_, index) => {
    const { batch, steps, fill } = data.open(0, index)
    const x = new Float32Array(batch * steps)
    fill(0, steps, { x })
    return [...x.subarray(0, batch)]
  }).flat()
}

describe('a share of sequences', () => {
  test('is drawn from all over the list, so many of every class, and the rest is trained on', () => {
    const { training, validation } = parts(classifier, sorted, { validation: 0.2 })
    const kept = seen(validation!)
    expect([...kept, ...seen(training)].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i))
    const classes = kept.map((i) => Math.floor(i / 10))
    expect(classes).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
    expect(seen(parts(classifier, sorted, { validation: 0.2, seed: 2 }).validation!)).not.toEqual(kept)
    expect(seen(parts(classifier, sorted, { validation: 0.2 }).validation!)).toEqual(kept)
  })

  test('without classes it is drawn all the same', () => {
    const data = sequences(Array.from({ length: 100 }, (_, i) => ({ x: [i], target: [[i]] })))
    const kept = seen(parts(forecaster, data, { validation: 0.1 }).validation!)
    expect(kept).toHaveLength(10)
    expect(kept.some((i) => i < 50) && kept.some((i) => i >= 50)).toBe(true)
  })

  test.each([
    [0.01, 'of 40 sequences that is none; from 0.0125 on it is one'],
    [0.99, 'of 40 sequences that is all'],
  ])('%d of 40 is refused', (validation, message) => {
    expect(refusal(() => train(classifier, sorted, { validation }), 'option')).toMatch(message)
  })

  test('0.9 of two sequences is refused, half of them is one', () => {
    const two = sequences([
      { x: [1], target: [0] },
      { x: [2], target: [1] },
    ])
    expect(refusal(() => train(classifier, two, { validation: 0.9 }), 'option')).toMatch('of 2 sequences that is all')
    expect(parts(classifier, two, { validation: 0.5 })).toMatchObject({
      training: { batches: 1 },
      validation: { batches: 1 },
    })
  })
})

describe('one long series', () => {
  const series = Float32Array.from({ length: 50 }, (_, i) => i)
  test.each<[string, LabelledSequence]>([
    ['typed arrays', { x: series, target: series }],
    ['rows', { x: [...series].map((v) => [v]), target: [...series].map((v) => [v]) }],
    ['tensors', { x: { shape: [50], data: series }, target: { shape: [50, 1], data: series } }],
  ])('is cut in time: %s', (_, item) => {
    const { training, validation } = parts(forecaster, sequences([item]), { validation: 0.2 })
    const at = (data: TrainingData): number[] => {
      const { steps, fill } = data.open(0, 0)
      const [x, targets] = [new Float32Array(steps), new Float32Array(steps)]
      fill(0, steps, { x, targets })
      expect(targets).toEqual(x)
      return [...x]
    }
    expect(at(training)).toEqual([...series.subarray(0, 40)])
    expect(at(validation!)).toEqual([...series.subarray(40)])
  })

  test('with one target for the whole, or too short, it is refused', () => {
    const whole = sequences([{ x: [1, 2, 3], target: [1] }])
    expect(refusal(() => train(classifier, whole, { validation: 0.5 }), 'option')).toMatch('cannot be shared out')
    const short = sequences([{ x: [1, 2, 3], target: [[1], [2], [3]] }])
    expect(refusal(() => train(forecaster, short, { validation: 0.1 }), 'option')).toMatch(
      'of one sequence of 3 steps that is nothing',
    )
    expect(refusal(() => train(forecaster, short, { validation: 0.9 }), 'option')).toMatch(
      'of one sequence of 3 steps that is all',
    )
  })
})

describe('what goes by validation losses wants validation', () => {
  const own = { ...plateau({ from: 0.1 }), name: 'of my own' }
  test.each<[string, TrainingOptions, string]>([
    ['patience', { patience: 3 }, 'patience goes by validation losses, but nothing is kept for validation'],
    ['plateau', { optimizer: sgd({ lr: plateau({ from: 0.1 }) }) }, 'the schedule plateau goes by validation losses'],
    [
      'plateau after a warmup',
      { optimizer: sgd({ lr: warmup({ steps: 2, then: plateau({ from: 0.1 }) }) }) },
      'the schedule warmup',
    ],
    ['a schedule of one’s own', { optimizer: sgd({ lr: own }) }, 'the schedule of my own'],
    ['a share of nothing', { validation: 0, patience: 1 }, 'patience goes by'],
  ])('%s', (_, options, message) => {
    expect(refusal(() => train(classifier, sorted, options), 'option')).toMatch(message)
    expect(parts(classifier, sorted, { ...options, validation: 0.2 }).validation).toBeDefined()
  })
})

describe('a set of its own', () => {
  const book = text('the quick brown fox jumps over the lazy dog. '.repeat(8))
  const held = text('the lazy fox jumps over the quick dog', { vocabulary: book.vocabulary })
  const model = (): Model => languageModel(book, { cell: gru, hidden: 4, seed: 1 })
  const options = { batch: 2, unroll: 10, steps: 6, validateEvery: 3 }

  test('is validated on, and everything else is trained on', async () => {
    const { hash, validationHash, validation } = parts(model(), book, { validation: held, batch: 2 })
    expect([hash, validationHash]).toEqual([book.hash, held.hash])
    expect(validation!.positions).toBe(held.ids.length - 1)
    const done = await train(model(), book, { ...options, validation: held, patience: 5 }).finish()
    expect(done.validationLoss).toBeGreaterThan(0)
    expect(seen(parts(classifier, sorted, { validation: sequences([{ x: [7], target: [3] }]) }).validation!)).toEqual([
      7,
    ])
    expect(parts(classifier, sorted, { validation: sorted }).training.positions).toBe(sorted.steps)
    const names = lines(['anna', 'bob'])
    expect(
      parts(languageModel(names, { cell: gru, hidden: 2 }), names, { validation: names }).validation!.positions,
    ).toBe(9)
  })

  test('is held against the model as what is trained on is', () => {
    const wrong = (given: TrainingOptions['validation']): string =>
      refusal(() => train(model(), book, { ...options, validation: given! }), 'data')
    expect(wrong(text('xyz'))).toMatch('train: validation: x: symbols of another vocabulary')
    const beyond = sequences([{ x: [1], target: [9] }])
    expect(refusal(() => train(classifier, sorted, { validation: beyond }), 'data')).toMatch(
      'train: validation: sequence 0',
    )
    expect(wrong([1] as never)).toMatch('train: validation: the data is an array')
  })

  test('a run that goes on must have the same', async () => {
    const store = memoryStore()
    await train(model(), book, { ...options, validation: held, checkpoint: store }).finish()
    const other = text('the dog sleeps', {
      vocabulary: text('the quick brown fox jumps over the lazy dog. ').vocabulary,
    })
    const again = { ...options, steps: 9, checkpoint: store, resume: true }
    await expect(train(model(), book, { ...again, validation: other }).finish()).rejects.toThrow('validation is')
    await expect(train(model(), book, again).finish()).rejects.toThrow('validation is')
    expect((await train(model(), book, { ...again, validation: held }).finish()).step).toBe(9)
  })
})

test('a run of 0.1.0 with a share of sequences, which was the end of the list, cannot go on', async () => {
  const store = memoryStore()
  const options = { steps: 2, validation: 0.2, validateEvery: 1 }
  const model = (): Model => network(chain({ _: layers(4), last: last() }), { loss: crossEntropy() })
  await train(model(), sorted, { ...options, checkpoint: store }).finish()
  const run = decodeResume(store.resume!)
  const { identity, ...state } = run.state as unknown as { identity: object }
  const { split: _, ...terms } = identity as { split: string }
  const first = memoryStore()
  await first.writeResume(encodeResume({ ...run, state: { ...state, identity: terms } }))
  const again = { ...options, steps: 3, resume: true }
  await expect(train(model(), sorted, { ...again, checkpoint: first }).finish()).rejects.toThrow(
    'split is drawn, in the stored run end',
  )
  expect((await train(model(), sorted, { ...again, checkpoint: store }).finish()).step).toBe(3)
})

describe('validation has a bound', () => {
  test('of 250,000 positions, from all over a text, and none where it is said to be infinite', () => {
    const long = text('abcdefghij'.repeat(30_000))
    const model = languageModel(long, { cell: gru, hidden: 2 })
    const held = (limit?: number) =>
      parts(model, long, { batch: 50, validation: long, ...(limit !== undefined && { validationLimit: limit }) })
        .validation!
    expect(held().positions).toBe(250_000)
    expect(held(Infinity).positions).toBe(299_950)
    expect(held(1000).positions).toBe(1000)
    const { batch, steps, fill } = held(1000).open(0, 0)
    expect([batch, steps]).toEqual([50, 20])
    const x = new Float32Array(batch * steps)
    fill(0, steps, { x })
    const stream = Math.floor((long.ids.length - 1) / 50)
    expect([...x.subarray(0, 50)]).toEqual(Array.from({ length: 50 }, (_, b) => long.ids[b * stream]))
    expect(refusal(() => held(0), 'option')).toMatch('validationLimit is 0')
  })

  test('sequences are drawn until there are as many steps; a single long one gives its beginning', () => {
    const some = parts(classifier, sorted, { validation: sorted, validationLimit: 20 }).validation!
    expect(some.positions).toBeLessThanOrEqual(20)
    expect(some.positions).toBeGreaterThan(14)
    expect(new Set(seen(some).map((i) => Math.floor(i / 10))).size).toBeGreaterThan(2)
    const series = sequences([
      { x: Array.from({ length: 30 }, (_, i) => i), target: Array.from({ length: 30 }, (_, i) => [i]) },
    ])
    expect(parts(forecaster, series, { validation: series, validationLimit: 12 }).validation!.positions).toBe(12)
  })
})

test('a long validation tells how far it is, and the time left counts it in', async () => {
  const book = text('abcdefghij'.repeat(400))
  const model = languageModel(book, { cell: gru, hidden: 2 })
  // On a clock by which everything takes long.
  let clock = 0
  vi.stubGlobal('performance', { now: () => (clock += 400) })
  const events = []
  try {
    const options = { batch: 2, unroll: 10, steps: 2, validateEvery: 1, validation: 0.5 }
    for await (const event of train(model, book, options)) events.push(event)
  } finally {
    vi.unstubAllGlobals()
  }
  const kinds = events.map(({ event }) => event)
  expect(kinds.filter((kind) => kind !== 'validating')).toEqual(['step', 'validation', 'step', 'validation', 'done'])
  const validating = events.filter(({ event }) => event === 'validating')
  expect(validating.length).toBeGreaterThan(5)
  const shares = validating.map((event) => (event.event === 'validating' ? event.share : NaN))
  expect(shares.every((share) => share > 0 && share <= 1)).toBe(true)
  // Two validations: twice from little to much.
  expect(shares.filter((share, i) => i > 0 && share < shares[i - 1]!)).toHaveLength(1)
  const second = events.slice(kinds.lastIndexOf('step'))
  const left = second.map(({ timeLeftMs }) => timeLeftMs!)
  expect(left[0]).toBeGreaterThan(0)
  // Nothing but the validation is left, and it gets less to the end.
  left.slice(1).forEach((value, i) => expect(value).toBeLessThanOrEqual(left[i]!))
  expect(left.at(-1)).toBe(0)
})

test('a signal ends a validation at once', async () => {
  const book = text('abcdefghij'.repeat(400))
  const model = languageModel(book, { cell: gru, hidden: 2 })
  const stop = new AbortController()
  let clock = 0
  vi.stubGlobal('performance', { now: () => (clock += 400) })
  const kinds: string[] = []
  try {
    const options = { batch: 2, unroll: 10, steps: 2, validateEvery: 1, validation: 0.5, signal: stop.signal }
    for await (const { event } of train(model, book, options)) {
      kinds.push(event)
      if (event === 'validating') stop.abort()
    }
  } finally {
    vi.unstubAllGlobals()
  }
  expect(kinds).toEqual(['step', 'validating', 'done'])
})
