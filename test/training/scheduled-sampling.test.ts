// A decoder that reads, now and then, what it would have written itself: against plain arithmetic, and every law of a run.
import { describe, expect, test } from 'vitest'
import {
  adam,
  captioner,
  captions,
  exponentialDecay,
  forward,
  gru,
  inverseSigmoidDecay,
  languageModel,
  linearDecay,
  lstm,
  memoryStore,
  pairs,
  rnnRelu,
  setParameters,
  sgd,
  tensor,
  text,
  train,
  translator,
  uniform,
  type Model,
  type SamplingDecay,
  type StepEvent,
  type TrainingOptions,
  type Translator,
  type TranslatorOptions,
} from 'unrolled'
import { Fingerprint } from '../../src/data/fingerprint.ts'
import { siteOf } from '../../src/uniform.ts'
import { everyBackend } from '../every-backend.ts'
import { caught } from './caught.ts'

const items = [
  { source: 'abc', target: 'xyzzyx' },
  { source: 'ca', target: 'zx' },
  { source: 'bbca', target: 'yyxzyxzyxyx' },
  { source: 'c', target: 'xxxz' },
  { source: 'acb', target: 'zyyx' },
  { source: 'ba', target: 'xzzyy' },
]
const data = pairs(items)

/** Weights are large, so that a model is sure of what it would write, and of several symbols. */
function made(options: Partial<TranslatorOptions> = {}): Translator {
  const model = translator(data, { cell: gru, hidden: 6, bidirectional: true, ...options, seed: 1 })
  const larger = Object.entries(model.parameters).map(([name, { shape, data }], at) => [
    name,
    tensor(
      Float32Array.from(data, (_, i) => 3 * (uniform(2, at, 5, i >> 8, i & 255) - 0.5)),
      shape,
    ),
  ])
  setParameters(model, Object.fromEntries(larger) as Translator['parameters'])
  return model
}

const weights = ({ parameters }: Model): string => {
  const print = new Fingerprint()
  for (const { data } of Object.values(parameters)) print.rows(data, 1)
  return print.text()
}

async function steps(model: Model, options: TrainingOptions, of: Parameters<typeof train>[1] = data) {
  const found: StepEvent[] = []
  for await (const event of train(model, of, options)) if (event.event === 'step') found.push(event)
  return found
}

/** Logits of each step of one target, on the reference, what is read being given. */
async function logitsOf(model: Translator, source: string, x: readonly number[]): Promise<number[][]> {
  const { output } = await forward(
    model.layer,
    {
      parameters: model.parameters,
      inputs: {
        source: tensor(Float32Array.from(model.sourceVocabulary!.encode(source)), [source.length, 1]),
        x: tensor(Float32Array.from(x), [x.length, 1]),
      },
    },
    { backend: 'reference' },
  )
  const { size } = model.targetVocabulary
  return x.map((_, t) => [...output.data.subarray(t * size, (t + 1) * size)])
}

/** What Bengio et al. say, in plain numbers: the sum of the losses of a target, some of whose symbols are the model's own. */
async function byHand(model: Translator, index: number, exchanged: (step: number) => boolean) {
  const { source, target } = items[index]!
  const { targetVocabulary } = model
  const boundary = targetVocabulary.boundary!
  const targets = [...targetVocabulary.encode(target), boundary]
  const truth = [boundary, ...targets.slice(0, -1)]
  const own = (await logitsOf(model, source, truth)).map((row) => row.indexOf(Math.max(...row)))
  const ends = own.slice(0, -1).filter((id) => id === boundary).length
  const x = truth.map((id, t) => (t > 0 && own[t - 1] !== boundary && exchanged(t) ? own[t - 1]! : id))
  const logits = await logitsOf(model, source, x)
  const loss = targets.reduce((sum, id, t) => {
    const total = logits[t]!.reduce((all, logit) => all + Math.exp(logit), 0)
    return sum + Math.log(total) - logits[t]![id]!
  }, 0)
  return { loss, positions: targets.length, ends, others: x.filter((id, t) => id !== truth[t]).length }
}

describe.each(everyBackend)('on %s', (_, engine) => {
  test.each([1, 0.4])('with probability %d steps read what the model would have written before them', async (p) => {
    const model = made()
    const seed = 7
    const options = { scheduledSampling: p, steps: 1, batch: items.length, seed, optimizer: sgd({ lr: 0 }), ...engine }
    // Which sequence stands in which row is drawn by the seed; those who train see it in the batch.
    const { training } = data.parts({ batch: items.length, every: 100, validation: 0, limit: 1, seed })
    const batch = training.open(0, 0)
    const x = new Float32Array(batch.steps * items.length)
    batch.fill(0, batch.steps, { x })
    const lengths = [...batch.lengths!]
    const rows = lengths.map((length, b) =>
      items.findIndex(({ target }) => {
        const ids = [...model.targetVocabulary.encode(target)]
        return ids.length + 1 === length && ids.every((id, t) => x[(t + 1) * items.length + b] === id)
      }),
    )
    expect([...rows].sort()).toEqual(items.map((_, i) => i))
    const each = await Promise.all(
      rows.map((index, b) =>
        byHand(model, index, (step) => uniform(seed, siteOf('scheduled sampling'), step, b, 0) < p),
      ),
    )
    const sum = (name: 'loss' | 'positions' | 'ends' | 'others'): number =>
      each.reduce((total, one) => total + one[name], 0)
    // There is something to tell apart.
    expect(sum('others')).toBeGreaterThan(2)
    expect(sum('ends')).toBeGreaterThan(0)
    const [step] = await steps(model, options)
    expect(step!.loss).toBeCloseTo(sum('loss') / sum('positions'), 4)
  })

  test('where nothing is sampled the bits are those of a run without it', async () => {
    const options = { steps: 6, batch: 3, seed: 2, optimizer: adam({ lr: 0.01 }), ...engine }
    const plain = made({ dropout: 0.2 })
    const wanted = await steps(plain, options)
    for (const scheduledSampling of [0, linearDecay({ to: 1 })]) {
      const model = made({ dropout: 0.2 })
      const found = await steps(model, { ...options, scheduledSampling })
      expect(found.map(({ loss, gradientNorm }) => [loss, gradientNorm])).toEqual(
        wanted.map(({ loss, gradientNorm }) => [loss, gradientNorm]),
      )
      expect(weights(model)).toBe(weights(plain))
    }
  })
})

const runs: Record<string, TrainingOptions> = {
  'whole targets': { batch: 4, scheduledSampling: inverseSigmoidDecay({ k: 2 }) },
  'windows of a target': { batch: 3, unroll: 4, scheduledSampling: 0.6 },
  'windows that overlap': { batch: 3, unroll: 5, every: 2, scheduledSampling: 0.6 },
  segments: { batch: 3, unroll: 16, segment: 8, scheduledSampling: linearDecay({ to: 0.2, over: 5 }) },
  'windows that make an update together': { batch: 2, accumulate: 2, scheduledSampling: exponentialDecay({ k: 0.8 }) },
}

describe('a run stopped anywhere and gone on with has the bits of one that never stopped', () => {
  test.each(Object.entries(runs))('%s', async (_, options) => {
    const all = { steps: 9, seed: 5, validation: 0.2, validateEvery: 4, optimizer: adam({ lr: 0.02 }), ...options }
    const whole = made({ cell: lstm, dropout: 0.2 })
    const last = await train(whole, data, all).finish()
    const plain = made({ cell: lstm, dropout: 0.2 })
    await train(plain, data, { ...all, scheduledSampling: 0 }).finish()
    expect(weights(plain)).not.toBe(weights(whole))
    for (const stop of [1, 2, 5, 8]) {
      const checkpoint = memoryStore()
      for await (const { event, step } of train(made({ cell: lstm, dropout: 0.2 }), data, { ...all, checkpoint })) {
        if (event === 'step' && step === stop) break
      }
      const second = made({ cell: lstm, dropout: 0.2 })
      const done = await train(second, data, { ...all, checkpoint, resume: true }).finish()
      expect(done.loss).toBe(last.loss)
      expect(weights(second)).toBe(weights(whole))
    }
  })
})

test('threads change no bit, and segments none of a loss', async () => {
  const run = async (more: TrainingOptions) => {
    const model = made({ hidden: 32 })
    const [{ loss }] = (await steps(model, { steps: 4, batch: 6, seed: 3, scheduledSampling: 0.5, ...more })) as [
      StepEvent,
    ]
    return { loss, weights: weights(model) }
  }
  const wanted = await run({ threads: 1 })
  expect(await run({ threads: 2 })).toEqual(wanted)
  // The longest target has twelve steps.
  expect((await run({ segment: 8 })).loss).toBe(wanted.loss)
})

test('accumulated windows are one batch so many times as large', async () => {
  const all = { seed: 3, epochs: 1, scheduledSampling: 1, optimizer: sgd({ lr: 0.1 }) }
  const [whole] = await steps(made(), { ...all, batch: 6 })
  const [parts] = await steps(made(), { ...all, batch: 2, accumulate: 3 })
  expect(parts!.loss).toBeCloseTo(whole!.loss, 4)
  expect(parts!.gradientNorm).toBeCloseTo(whole!.gradientNorm, 4)
})

test('a captioner has it by the same door', async () => {
  const shown = captions(
    [
      { x: [1, 0], says: 'one two' },
      { x: [0, 1], says: 'two' },
    ],
    { x: 'x', caption: 'says' },
  )
  const run = async (scheduledSampling: number): Promise<string> => {
    const model = captioner(shown, { cell: gru, hidden: 5, seed: 1 })
    await steps(model, { steps: 5, scheduledSampling }, shown)
    return weights(model)
  }
  expect(await run(0.8)).not.toBe(await run(0))
})

test('what is not finite is looked for as the window was run', async () => {
  const read = pairs([{ source: 'a', target: 'xyq' }])
  const only = pairs([{ source: 'a', target: 'xyyyx' }], { like: read })
  const model = translator(only, { cell: rnnRelu, hidden: 1, embedding: 1, attention: 'none', seed: 1 })
  const [q] = only.targetVocabulary.encode('q')
  const { size } = only.targetVocabulary
  // It would write q always, which no step reads that reads what is true; whatever reads it is beyond bounds one step later.
  const when = (value: number, other: number, shape: readonly number[]) =>
    tensor(
      Float32Array.from({ length: size }, (_, id) => (id === q ? value : other)),
      shape,
    )
  const ones = Object.entries(model.parameters).map(([name, { shape, data }]) => [
    name,
    tensor(new Float32Array(data.length).fill(1), shape),
  ])
  setParameters(model, {
    ...(Object.fromEntries(ones) as Translator['parameters']),
    'decoder.embedding.weight': when(1e25, 1, [size, 1]),
    'decoder.output.weight': when(1, 1e15, [size, 1]),
    'decoder.output.bias': when(1e17, 0, [size]),
  })
  await expect(steps(model, { steps: 1, optimizer: sgd({ lr: 0 }) }, only)).resolves.toHaveLength(1)
  const { code, message } = await caught(() => steps(model, { steps: 1, scheduledSampling: 1 }, only))
  expect(code).toBe('non-finite')
  expect(message).toMatch(/the output of step 1 holds [\d.]+e\+(40|39), more than float32 can hold/)
})

describe('how often', () => {
  const at = (decay: SamplingDecay, i: number, total = 1000): number => 1 - decay.probability(i + 1, total)

  test("ε is what the paper's formulas say", () => {
    for (const i of [0, 1, 7, 300, 999]) {
      expect(at(exponentialDecay({ k: 0.99 }), i)).toBeCloseTo(0.99 ** i, 12)
      expect(at(inverseSigmoidDecay({ k: 50 }), i)).toBeCloseTo(50 / (50 + Math.exp(i / 50)), 12)
      expect(at(linearDecay({ to: 0.3 }), i)).toBeCloseTo(1 - (0.7 * i) / 1000, 12)
      expect(at(linearDecay({ to: 0.3, over: 100 }), i)).toBeCloseTo(Math.max(0.3, 1 - (0.7 * i) / 100), 12)
    }
    // No power of e is beyond all numbers.
    expect(at(inverseSigmoidDecay({ k: 1 }), 100_000)).toBe(0)
  })

  test.each<[string, () => unknown, RegExp]>([
    ['a share above 1', () => linearDecay({ to: 1.5 }), /linearDecay: to is 1.5/],
    ['another name', () => linearDecay({ epsilon: 0.5 } as never), /did you mean to/],
    ['no update', () => linearDecay({ to: 0.5, over: 0 }), /over is 0/],
    ['what does not fall', () => exponentialDecay({ k: 1 }), /exponentialDecay: k is 1/],
    ['k below 1', () => inverseSigmoidDecay({ k: 0.5 }), /inverseSigmoidDecay: k is 0.5/],
    ['an end that nobody knows', () => linearDecay({ to: 0.5 }).probability(1, Infinity), /say it as over/],
    ['a probability above 1', () => train(made(), data, { scheduledSampling: 1.5 }), /scheduledSampling is 1.5/],
    [
      'what is no decay',
      () => train(made(), data, { scheduledSampling: {} as never }),
      /or a decay such as linearDecay/,
    ],
  ])('%s is refused', async (_, work, message) => {
    const error = await caught(work)
    expect(error.code).toBe('option')
    expect(error.message).toMatch(message)
  })

  test('a model that does not read what it wrote about a source is refused before anything is trained', async () => {
    const book = text('the quick brown fox jumps over the lazy dog. '.repeat(80))
    const model = languageModel(book, { cell: gru, hidden: 4 })
    const { code, message } = await caught(() => train(model, book, { scheduledSampling: 0.5 }))
    expect(code).toBe('option')
    expect(message).toContain('scheduledSampling is for models that write')
    expect(() => train(model, book, { scheduledSampling: 0 })).not.toThrow()
  })

  test('a run may be gone on with otherwise, and says so', async () => {
    const checkpoint = memoryStore()
    await train(made(), data, { steps: 2, scheduledSampling: 0.5, checkpoint }).finish()
    let limit = 2
    const resumed = async (scheduledSampling: number | SamplingDecay): Promise<unknown> => {
      const more = { steps: ++limit, scheduledSampling, checkpoint, resume: true }
      for await (const event of train(made(), data, more)) if (event.event === 'resume') return event.changed
      return undefined
    }
    expect(await resumed(0.5)).toEqual(['steps'])
    expect(await resumed(linearDecay({ to: 0.5 }))).toEqual(['scheduledSampling', 'steps'])
    expect(await resumed(0)).toEqual(['scheduledSampling', 'steps'])
  })
})
