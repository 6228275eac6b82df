import { expect, test } from 'vitest'
import {
  adam,
  clipByNorm,
  cosine,
  decodeModel,
  languageModel,
  lstm,
  memoryStore,
  plateau,
  sgd,
  text,
  train,
  type CheckpointStore,
  type LanguageModel,
  type TrainingEvent,
  type TrainingOptions,
} from 'unrolled'
import { decodeResume, encodeResume } from '../../src/formats/run-file.ts'
import { caught } from './caught.ts'

const book = text('the quick brown fox jumps over the lazy dog. '.repeat(12))
const make = (): LanguageModel => languageModel(book, { cell: lstm, hidden: 6, seed: 1 })
const options: TrainingOptions = { batch: 4, unroll: 10, optimizer: adam({ lr: 1e-2 }) }
const flat = ({ parameters }: LanguageModel): number[] => Object.values(parameters).flatMap(({ data }) => [...data])

async function all(model: LanguageModel, more: TrainingOptions): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = []
  for await (const event of train(model, book, { ...options, ...more })) events.push(event)
  return events
}

async function stored(more: TrainingOptions = {}): Promise<ReturnType<typeof memoryStore>> {
  const checkpoint = memoryStore()
  await all(make(), { steps: 6, ...more, checkpoint })
  return checkpoint
}

test('another learning rate holds from here on, and the event says what changed', async () => {
  const checkpoint = await stored()
  const [resume, first] = await all(make(), { steps: 8, checkpoint, resume: true, optimizer: adam({ lr: 5e-3 }) })
  expect(resume).toMatchObject({ event: 'resume', step: 6, changed: ['optimizer.lr', 'steps'] })
  expect(resume).toMatchObject({ message: expect.stringContaining('other from here on: optimizer.lr, steps') })
  expect(first).toMatchObject({ event: 'step', step: 7, lr: 5e-3 })
})

test.each<[string, TrainingOptions, readonly string[]]>([
  ['nothing', {}, []],
  ['decay', { optimizer: adam({ lr: 1e-2, weightDecay: 0.1 }) }, ['optimizer.weightDecay']],
  ['a schedule', { optimizer: adam({ lr: cosine({ from: 1e-2, over: 50 }) }) }, ['optimizer.lr']],
  ['clipping', { clip: clipByNorm(1) }, ['clip']],
  ['no clipping', { clip: false }, ['clip']],
  ['patience', { patience: 4, minDelta: 0.1 }, ['patience', 'minDelta']],
  ['limits', { steps: 7, minutes: 5 }, ['steps', 'minutes']],
])('a run may be gone on with under other terms: %s', async (_, more, changed) => {
  const checkpoint = await stored({ validation: 0.2, validateEvery: 3 })
  const [resume] = await all(make(), { steps: 6, validation: 0.2, validateEvery: 3, ...more, checkpoint, resume: true })
  expect(resume).toMatchObject({ event: 'resume', changed })
})

test('moments that do not fit are refused', async () => {
  const checkpoint = await stored({ optimizer: sgd() })
  const momentum = sgd({ momentum: 0.9 })
  const error = await caught(() => all(make(), { steps: 8, checkpoint, resume: true, optimizer: momentum }))
  expect(error.message).toContain('keeps the moments momentum; the stored run has none')
})

test('what another schedule remembered is not believed', async () => {
  const validation = { validation: 0.2, validateEvery: 1 }
  const high = plateau({ from: 1, factor: 0.5, patience: 0, threshold: 0.9 })
  const checkpoint = await stored({ ...validation, optimizer: sgd({ lr: high }) })
  const low = plateau({ from: 0.25, factor: 0.5, patience: 0, threshold: 0.9 })
  const events = await all(make(), { ...validation, steps: 7, checkpoint, resume: true, optimizer: sgd({ lr: low }) })
  expect(events.find(({ event }) => event === 'step')).toMatchObject({ lr: 0.25 })
})

test('the resume event says where the run stands in its data', async () => {
  const checkpoint = memoryStore()
  let stood = 0
  for await (const { step, epoch } of train(make(), book, { ...options, checkpoint })) {
    stood = epoch
    if (step === 17) break
  }
  const [resume] = await all(make(), { steps: 18, checkpoint, resume: true })
  expect(stood).toBeGreaterThan(1)
  expect(resume).toMatchObject({ epoch: stood, step: 17 })
})

test(
  'a run that ended is completed by going on with the same limits, whatever write it was killed at',
  { timeout: 180_000 },
  async () => {
    for (const more of [{}, { validation: 0.2, validateEvery: 3 }]) {
      const limits = { steps: 4, ...more, optimizer: adam({ lr: cosine({ from: 1e-2 }) }) }
      const whole = make()
      const done = (await all(whole, limits)).at(-1)!
      let writes = 0
      const counting = (store: CheckpointStore, killedAt: number): CheckpointStore => {
        const write = (to: (bytes: Uint8Array) => Promise<void>) => async (bytes: Uint8Array) => {
          if (++writes >= killedAt) throw new Error('killed')
          await to(bytes)
        }
        return { ...store, writeModel: write(store.writeModel), writeResume: write(store.writeResume) }
      }
      await all(make(), { ...limits, checkpointEveryMs: 0, checkpoint: counting(memoryStore(), Infinity) })
      const count = writes
      for (let killedAt = 1; killedAt <= count; killedAt++) {
        const store = memoryStore()
        writes = 0
        const killed = { ...limits, checkpointEveryMs: 0, checkpoint: counting(store, killedAt) }
        expect((await caught(() => all(make(), killed))).message).toContain('killed')
        const rest = make()
        const events = await all(rest, { ...limits, checkpoint: store, resume: true })
        expect(events.at(-1)).toMatchObject({
          event: 'done',
          reason: 'steps',
          step: 4,
          loss: (done as { loss: number }).loss,
        })
        expect(flat(rest)).toEqual(flat(whole))
        expect(flat(decodeModel(store.model!) as LanguageModel)).toEqual(flat(whole))
        // A second time nothing is left to be done.
        const before = store.resume
        const again = await all(make(), { ...limits, checkpoint: store, resume: true })
        expect(again.map(({ event }) => event)).toEqual(['resume', 'done'])
        expect(store.resume).toBe(before)
        expect(flat(decodeModel(store.model!) as LanguageModel)).toEqual(flat(whole))
      }
    }
  },
)

test('the file of a run says what ended it, and larger limits go on', async () => {
  const checkpoint = await stored()
  const standing = (): Record<string, unknown> =>
    (decodeResume(checkpoint.resume!).state as { standing: Record<string, unknown> }).standing
  expect(standing()).toMatchObject({ ended: 'steps', step: 6 })
  for await (const { step } of train(make(), book, { ...options, steps: 20, checkpoint, resume: true }))
    if (step === 8) break
  expect(standing()).toMatchObject({ step: 8 })
  expect(standing()).not.toHaveProperty('ended')
  const done = (await all(make(), { steps: 9, checkpoint, resume: true })).at(-1)
  expect(done).toMatchObject({ event: 'done', reason: 'steps', step: 9 })
})

test('where no update was made there is no loss to tell', async () => {
  const done = (await all(make(), { steps: 0 })).at(-1)!
  expect(done).toMatchObject({ event: 'done', step: 0 })
  expect(done).not.toHaveProperty('loss')
})

test('a file of version 0.1.0, which says less, is gone on with', async () => {
  const checkpoint = await stored({ validation: 0.2, validateEvery: 4 })
  const whole = make()
  await all(whole, { steps: 12, validation: 0.2, validateEvery: 4 })
  const { model, arrays, state } = decodeResume(checkpoint.resume!)
  const { standing, identity, kernels } = state as unknown as Record<string, Record<string, unknown>>
  for (const name of ['due', 'validated', 'best', 'ended', 'loss']) delete standing![name]
  standing!['sinceValidation'] = { loss: 4, updates: 2 }
  for (const name of ['accumulate', 'loss', 'on', 'epochs', 'steps', 'minutes', 'patience', 'minDelta'])
    delete identity![name]
  const old = encodeResume({ model, arrays, state: { standing, identity, kernels } as never })
  const store = memoryStore()
  await store.writeResume(old)
  const rest = make()
  const [resume] = await all(rest, { steps: 12, validation: 0.2, validateEvery: 4, checkpoint: store, resume: true })
  expect(resume).toMatchObject({ event: 'resume', step: 6, changed: [] })
  expect(flat(rest)).toEqual(flat(whole))
})

test.each<[string, (standing: Record<string, unknown>, arrays: Map<string, { data: ArrayLike<number> }>) => void]>([
  ['a step that is none', (standing) => (standing['step'] = 'x')],
  ['a state of another size', (_, arrays) => arrays.set('state.h', { shape: [1], data: new Float32Array(1) } as never)],
  [
    'a moment of another size',
    (_, arrays) => arrays.set('moment.mean', { shape: [1], data: new Float32Array(1) } as never),
  ],
  ['a moment too few', (_, arrays) => arrays.delete('moment.mean')],
  ['a place behind the data', (standing) => (standing['index'] = 7)],
])('a file of a run with %s is refused', async (_, damage) => {
  const checkpoint = await stored()
  const { model, arrays, state } = decodeResume(checkpoint.resume!)
  const changed = structuredClone(state) as { standing: Record<string, unknown> }
  const copy = new Map(Object.entries(arrays))
  const name = [...copy.keys()].find((key) => key.startsWith('state.'))!
  damage(changed.standing, copy as never)
  if (copy.has('state.h') && name !== 'state.h') {
    copy.set(name, copy.get('state.h')!)
    copy.delete('state.h')
  }
  const store = memoryStore()
  await store.writeResume(encodeResume({ model, arrays: Object.fromEntries(copy), state: changed as never }))
  const error = await caught(() => all(make(), { steps: 8, checkpoint: store, resume: true }))
  expect(error.code).toBe('checkpoint')
  expect(error.message).toContain('does not fit')
})
