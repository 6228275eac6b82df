import { expect, test } from 'vitest'
import {
  bidirectional,
  chain,
  clipByNorm,
  clipByValue,
  dropout,
  gru,
  languageModel,
  last,
  linear,
  lstm,
  meanSquaredError,
  memoryStore,
  network,
  recurrent,
  recurrentDropout,
  sequences,
  text,
  train,
  uniform,
  weightDrop,
  zoneout,
  type CheckpointStore,
  type Model,
  type Optimizer,
  type Schedule,
  type Sequences,
  type Text,
  type TrainingEvent,
  type TrainingOptions,
} from 'unrolled'
import { optimizerFrom, optimizerNames } from '../../src/training/optimizers/index.ts'
import * as exported from '../../src/training/schedules/index.ts'

/**
 * A run stopped anywhere and gone on with is the run that was never stopped, whatever its options are: every optimizer, schedule,
 * cut of the data, mask and stop stands in some of the runs drawn here, and each is interrupted in every way there is.
 */

/** One of each schedule that is exported. */
const schedules: Readonly<Record<string, () => Schedule>> = {
  constant: () => exported.constant({ lr: 0.02 }),
  cosine: () => exported.cosine({ from: 0.03, to: 0.001, warmup: 3 }),
  exponential: () => exported.exponential({ from: 0.03, factor: 0.97 }),
  plateau: () => exported.plateau({ from: 0.03, factor: 0.5, patience: 0, threshold: 0.05, cooldown: 1 }),
  stepDecay: () => exported.stepDecay({ from: 0.03, factor: 0.5, every: 0.5 }),
  warmup: () => exported.warmup({ steps: 5, then: exported.plateau({ from: 0.03, factor: 0.5, patience: 1 }) }),
}

test('every schedule there is stands in these runs', () => {
  const makers = Object.entries(exported).filter(
    ([name, value]) => typeof value === 'function' && !/From$|^stateless$/.test(name),
  )
  expect(makers.map(([name]) => name).sort()).toEqual(Object.keys(schedules).sort())
})

const optimizers: readonly { readonly name: string; readonly options?: object }[] = [
  ...optimizerNames.map((name) => ({ name })),
  { name: 'sgd', options: { momentum: 0.9, nesterov: true, weightDecay: 0.01 } },
  { name: 'rmsprop', options: { centered: true, momentum: 0.5 } },
  { name: 'adam', options: { amsgrad: true, weightDecay: 0.01 } },
  { name: 'adagrad', options: { lrDecay: 0.1, initialAccumulatorValue: 0.1 } },
]

const optimizerOf = (i: number, lr: Schedule): Optimizer => {
  const { name, options } = optimizers[i % optimizers.length]!
  return optimizerFrom({ name, options: { ...options, lr } as never })
}

const book = text('It was a dark and stormy night; the rain fell in torrents, except at times. '.repeat(8))

const rows = Array.from({ length: 14 }, (_, i) =>
  Array.from({ length: 3 + Math.floor(uniform(1, 2, i, 0, 0) * 18) }, (_, t) => [
    Math.sin(t + i),
    uniform(1, 3, t, i, 0),
  ]),
)
const series = sequences(rows.map((x) => ({ x, target: x.map(([a, b]) => [a! * b!]) })))
const wholes = sequences(rows.map((x) => ({ x, target: [x[0]![1]!] })))

interface Subject {
  readonly data: Text | Sequences
  make(): Model
}

const seriesModel = (onLast: boolean, both: boolean): Model => {
  const core = recurrent({ cell: zoneout(gru, 0.1), input: 2, hidden: 4 })
  const net = chain({
    core: both ? bidirectional(core) : core,
    drop: dropout({ size: both ? 8 : 4, rate: 0.2 }),
    head: linear({ input: both ? 8 : 4, output: 1 }),
  })
  return network(onLast ? chain({ net, last: last() }) : net, { loss: meanSquaredError(), seed: 2 })
}

const subjects: readonly Subject[] = [
  {
    data: book,
    make: () => languageModel(book, { cell: zoneout(lstm, 0.1), hidden: 5, layers: 2, dropout: 0.2, seed: 3 }),
  },
  {
    data: book,
    make: () =>
      languageModel(book, {
        cell: recurrentDropout(weightDrop(gru, { rate: 0.2 }), { rate: 0.2 }),
        hidden: 4,
        seed: 3,
      }),
  },
  { data: series, make: () => seriesModel(false, false) },
  { data: wholes, make: () => seriesModel(true, false) },
  { data: series, make: () => seriesModel(false, true) },
]

/** How windows are cut, for subjects that can be cut. */
const cuts: readonly TrainingOptions[] = [
  { unroll: 8 },
  { unroll: 12, every: 5 },
  { unroll: 24, segment: 8, every: 10 },
  { unroll: 7, every: 7, accumulate: 3 },
  { unroll: 9, every: 4, accumulate: 2 },
]
const stops: readonly TrainingOptions[] = [
  { steps: 21 },
  { steps: 21, patience: 3, minDelta: 0.001 },
  { epochs: 3.4, steps: 24 },
  { steps: 19, patience: 1 },
]
const validations: readonly TrainingOptions[] = [
  {},
  { validation: 0.3 },
  { validation: 0.25, validateEvery: 3 },
  { validation: 0.3, validateEvery: 4 },
]
const clips: readonly TrainingOptions[] = [{}, { clip: false }, { clip: clipByValue(0.01) }, { clip: clipByNorm(0.1) }]

/** A run drawn by number; the first few cover each list. */
function drawn(i: number): { subject: Subject; options: TrainingOptions; name: string } {
  const pick = <Value>(list: readonly Value[], site: number): Value =>
    i < 16
      ? list[(i * (site % 2 ? 1 : 3) + site) % list.length]!
      : list[Math.floor(uniform(7, site, i, 0, 0) * list.length)]!
  const subject = pick(subjects, 0)
  const stop = pick(stops, 2)
  const names = Object.keys(schedules)
  const schedule = names[i % names.length]!
  const needs = stop.patience !== undefined || /plateau|warmup/.test(schedule)
  const validation = validations[needs ? 1 + (i % 3) : i % 4]!
  const whole = subject === subjects[4]
  const cut = whole ? { unroll: 24, accumulate: 1 + (i % 3) } : pick(cuts, 1)
  const batch = subject.data.kind === 'text' ? 3 + (i % 3) : 2 + (i % 3)
  const options: TrainingOptions = {
    ...cut,
    ...stop,
    ...validation,
    ...pick(clips, 4),
    batch,
    ...(subject.data === series && i % 2 && { pack: true }),
    seed: i,
    optimizer: optimizerOf(i, schedules[schedule]!()),
  }
  const { optimizer: _, ...told } = options
  return { subject, options, name: `${optimizers[i % optimizers.length]!.name}, ${schedule}, ${JSON.stringify(told)}` }
}

/** What a run did, update by update and validation by validation. */
type Log = Map<string, unknown>

function note(log: Log, event: TrainingEvent): void {
  const { step } = event
  if (event.event === 'step') log.set(`step ${step}`, [event.loss, event.gradientNorm, event.lr, event.epoch])
  if (event.event === 'validation') log.set(`validation ${step}`, [event.validationLoss, event.loss, event.best])
  if (event.event === 'done') log.set('done', [event.reason, event.loss, event.validationLoss, step])
}

const weights = ({ parameters }: Model): string =>
  JSON.stringify(Object.entries(parameters).map(([name, { data }]) => [name, [...data]]))

type Interruption = 'break' | 'throw' | 'abort' | 'break at a validation' | 'store'
const interruptions: readonly Interruption[] = ['break', 'throw', 'abort', 'break at a validation', 'store']

/** A store that fails at its n-th write, before or after it was made. */
function failing(store: CheckpointStore, at: number): CheckpointStore {
  let writes = 0
  const failingWrite =
    (write: (bytes: Uint8Array) => Promise<void>) =>
    async (bytes: Uint8Array): Promise<void> => {
      writes++
      if (writes === at && at % 2 === 0) throw new Error('before')
      await write(bytes)
      if (writes === at) throw new Error('after')
    }
  return { ...store, writeModel: failingWrite(store.writeModel), writeResume: failingWrite(store.writeResume) }
}

/** Runs on, and interrupts after some updates of this stretch; says whether the run ended by itself. */
async function stretch(
  subject: Subject,
  options: TrainingOptions,
  store: CheckpointStore,
  way: Interruption,
  updates: number,
  log: Log,
): Promise<Model | undefined> {
  const model = subject.make()
  const stop = new AbortController()
  const checkpoint = way === 'store' ? failing(store, updates) : store
  let made = 0
  let last: TrainingEvent | undefined
  try {
    for await (const event of train(model, subject.data, {
      ...options,
      checkpoint,
      resume: true,
      signal: stop.signal,
    })) {
      last = event
      if (event.event !== 'done' || event.reason !== 'aborted') note(log, event)
      if (event.event === 'step') made++
      if (way === 'break at a validation' ? event.event === 'validation' && made >= updates / 2 : made >= updates) {
        if (way === 'break' || way === 'break at a validation') break
        if (way === 'throw') throw new Error('mine')
        if (way === 'abort') stop.abort()
      }
    }
  } catch (error) {
    expect((error as Error).message).toMatch(/mine|before|after/)
    return undefined
  }
  return last?.event === 'done' && last.reason !== 'aborted' ? model : undefined
}

const runs = 24

test('every optimizer, schedule, subject, cut, stop, validation and clipping stands in some run', () => {
  const all = Array.from({ length: runs }, (_, i) => drawn(i))
  const seen = (of: (run: ReturnType<typeof drawn>) => unknown): number =>
    new Set(all.map(of).map((x) => JSON.stringify(x))).size
  expect(seen(({ options }) => options.optimizer!.name)).toBe(optimizerNames.length)
  expect(seen(({ options }) => options.optimizer!.lr.name)).toBe(Object.keys(schedules).length)
  expect(seen(({ subject }) => subjects.indexOf(subject))).toBe(subjects.length)
  const { length } = cuts
  expect(
    seen(({ options: { unroll, every, segment, accumulate } }) => [unroll, every, segment, accumulate]),
  ).toBeGreaterThan(length)
  expect(seen(({ options: { steps, epochs, patience } }) => [steps, epochs, patience])).toBe(stops.length)
  expect(seen(({ options: { validation, validateEvery } }) => [validation, validateEvery])).toBe(validations.length)
  expect(seen(({ options }) => options.clip ?? null)).toBe(clips.length)
})

for (let i = 0; i < runs; i++) {
  const { subject, options, name } = drawn(i)
  test(`run ${i}, cut in pieces, is the whole one: ${name}`, async () => {
    const whole = subject.make()
    const wanted: Log = new Map()
    for await (const event of train(whole, subject.data, options)) note(wanted, event)
    const store = memoryStore()
    const log: Log = new Map()
    let ended: Model | undefined
    let failures = 0
    for (let part = 0; !ended; part++) {
      expect(part).toBeLessThan(60)
      const way = interruptions[(i + part) % interruptions.length]!
      if (way === 'store') failures++
      const updates = 1 + Math.floor(uniform(9, part, i, 0, 0) * 6)
      ended = await stretch(subject, { ...options, checkpointEveryMs: i % 2 ? 0 : 1e9 }, store, way, updates, log)
    }
    // A validation that was kept, but not told for the store failed right then, is not done again.
    const untold = [...wanted.keys()].filter((key) => !log.has(key))
    expect(untold.every((key) => key.startsWith('validation'))).toBe(true)
    expect(untold.length).toBeLessThanOrEqual(failures)
    for (const key of untold) wanted.delete(key)
    expect([...log].sort()).toEqual([...wanted].sort())
    expect(weights(ended)).toBe(weights(whole))
  })
}

test('a limit reached is an interruption like any other, but that it validates once for the choice of the best', async () => {
  for (const i of [3, 9, 14]) {
    const { subject, options } = drawn(i)
    const all = { ...options, validation: 0.3, validateEvery: 4 }
    const whole: Log = new Map()
    for await (const event of train(subject.make(), subject.data, { ...all, steps: 20 })) note(whole, event)
    const log: Log = new Map()
    const checkpoint = memoryStore()
    for (const steps of [3, 8, 9, 20]) {
      for await (const event of train(subject.make(), subject.data, { ...all, steps, checkpoint, resume: true }))
        note(log, event)
    }
    for (const [key, value] of whole) {
      if (!key.startsWith('step')) continue
      // A cosine over the whole run knows the length of the whole run.
      expect([key, log.get(key)]).toEqual([key, value])
    }
  }
})
