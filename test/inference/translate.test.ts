// What a translator is asked for: the search against brute force and greedy steps, many at once against each alone.
import { describe, expect, test } from 'vitest'
import {
  decodeModel,
  encodeModel,
  evaluate,
  forward,
  gru,
  lstm,
  pairs,
  predict,
  setParameters,
  tensor,
  translator,
  type Pairs,
  type Translation,
  type Translator,
  type TranslatorOptions,
} from 'unrolled'
import { everyBackend } from '../every-backend.ts'
import { larger } from './larger.ts'

const exact = { backend: 'reference' } as const
const data = pairs([
  { source: 'abc', target: 'xy' },
  { source: 'ca', target: 'yxx' },
])
const kinds: readonly (readonly [string, Partial<TranslatorOptions>])[] = [
  ['additive', { attention: 'additive', bidirectional: true, cell: lstm }],
  ['dot', { attention: 'dot', layers: 2 }],
  ['general, fed', { attention: 'general', bidirectional: true, inputFeeding: true }],
  ['without attention', { attention: 'none' }],
]

const made = (options: Partial<TranslatorOptions>, seed = 1, of: Pairs = data): Translator =>
  larger(translator(of, { cell: gru, hidden: 6, ...options, seed }), seed)

/** Log probabilities and what was looked at, step by step, of a target given from outside; computed by the whole layer at once. */
async function told(model: Translator, source: string, ids: readonly number[]) {
  const taps = model.layer.description['kind'] === 'none' ? [] : ['decoder.core.attend.weights']
  const read = model.sourceVocabulary!.encode(source)
  const x = [model.targetVocabulary.boundary!, ...ids]
  const given = {
    parameters: model.parameters,
    inputs: {
      source: tensor(Float32Array.from(read.length > 0 ? read : [0]), [Math.max(1, read.length), 1]),
      x: tensor(Float32Array.from(x), [x.length, 1]),
    },
    sourceLengths: [read.length],
  }
  const { output, taps: seen } = await forward(model.layer, { ...given, taps }, exact).catch(() =>
    forward(model.layer, given, exact),
  )
  const size = model.targetVocabulary.size
  const logs = x.map((_, t) => {
    const row = [...output.data.subarray(t * size, (t + 1) * size)]
    const sum = Math.log(row.reduce((total, logit) => total + Math.exp(logit), 0))
    return row.map((logit) => logit - sum)
  })
  const weights = seen[taps[0]!]
  const looked = x.map((_, t) => (weights ? [...weights.data.subarray(t * read.length, (t + 1) * read.length)] : []))
  return { logs, looked }
}

/** The score of a target that ends, or that was cut off. */
async function scored(
  model: Translator,
  source: string,
  ids: readonly number[],
  { lengthPenalty = 0, coverage = 0, ends = true } = {},
): Promise<number> {
  const { logs, looked } = await told(model, source, ends ? ids : ids.slice(0, -1))
  const all = ends ? [...ids, model.targetVocabulary.boundary!] : ids
  const log = all.reduce((sum, id, t) => sum + logs[t]![id]!, 0)
  const sums = looked[0]!.map((_, s) => all.reduce((sum, _, t) => sum + looked[t]![s]!, 0))
  const covered = sums.reduce((sum, one) => sum + Math.log(Math.min(one, 1)), 0)
  return log / ((5 + all.length) / 6) ** lengthPenalty + coverage * covered
}

/** Every target of up to so many symbols, and the score of each. */
async function everyTarget(model: Translator, source: string, length: number, options: object) {
  const { boundary, size, unknown } = model.targetVocabulary
  const symbols = Array.from({ length: size }, (_, id) => id).filter((id) => id !== boundary && id !== unknown)
  const found: { text: string; score: number }[] = []
  let beginnings: number[][] = [[]]
  for (let count = 0; count < length; count++) {
    for (const ids of beginnings) {
      found.push({ text: model.targetVocabulary.decode(ids), score: await scored(model, source, ids, options) })
    }
    beginnings = beginnings.flatMap((ids) => symbols.map((id) => [...ids, id]))
  }
  for (const ids of beginnings) {
    found.push({
      text: model.targetVocabulary.decode(ids),
      score: await scored(model, source, ids, { ...options, ends: false }),
    })
  }
  return found.sort((a, b) => b.score - a.score)
}

type Scored = readonly { readonly text: string; readonly score: number }[]

const close = (found: Scored, wanted: Scored, digits: number): void => {
  expect(found.map(({ text }) => text)).toEqual(wanted.map(({ text }) => text))
  found.forEach(({ score }, i) => expect(score).toBeCloseTo(wanted[i]!.score, digits))
}

const all = ({ text, score, alternatives }: Translation) => [{ text, score }, ...alternatives]

describe.each(kinds)('%s', (_, options) => {
  test.each([
    {},
    { lengthPenalty: 0.8 },
    ...(options.attention === 'none' ? [] : [{ lengthPenalty: 0.6, coverage: 0.3 }]),
  ])('a beam that holds everything finds what brute force does: %j', async (how) => {
    const model = made(options)
    const wanted = await everyTarget(model, 'bac', 4, how)
    const found = await predict(model, 'bac', { ...exact, ...how, beam: 100, length: 4 })
    close(all(found), wanted, 6)
    // The likeliest of several may be another than that of the greedy search; few find less, none more.
    const few = await predict(model, 'bac', { ...exact, ...how, beam: 3, length: 4 })
    expect(few.score).toBeLessThanOrEqual(wanted[0]!.score + 1e-6)
  })

  test('a beam of one is greedy, a wider one finds no less, and none twice, the best first', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const model = made(options, seed)
      const { boundary } = model.targetVocabulary
      const ids: number[] = []
      for (let id = -1; id !== boundary && ids.length < 6;) {
        const logs = (await told(model, 'cab', ids)).logs.at(-1)!
        id = logs.indexOf(Math.max(...logs))
        if (id !== boundary) ids.push(id)
      }
      const ends = ids.length < 6
      const greedy = await predict(model, 'cab', { ...exact, length: 6 })
      expect(greedy.text).toBe(model.targetVocabulary.decode(ids))
      expect(greedy.alternatives).toEqual([])
      expect(greedy.score).toBeCloseTo(await scored(model, 'cab', ids, { ends }), 8)
      for (const beam of [2, 3, 5]) {
        for (const lengthPenalty of [0, 1]) {
          const how = { ...exact, length: 6, lengthPenalty }
          const found = all(await predict(model, 'cab', { ...how, beam }))
          const own = await predict(model, 'cab', how)
          expect(found[0]!.score).toBeGreaterThanOrEqual(own.score)
          expect(found.length).toBeLessThanOrEqual(beam)
          expect(new Set(found.map(({ text }) => text)).size).toBe(found.length)
          const scores = found.map(({ score }) => score)
          expect(scores).toEqual([...scores].sort((a, b) => b - a))
        }
      }
    }
  })

  test.each(everyBackend)(
    'many at once are what each is alone, to the bit, on %s',
    async (_, engine) => {
      const model = made(options)
      const sources = ['abc', '', 'c', 'cabbac', 'bb', 'abc']
      const how = { ...engine, beam: 3, length: 7 }
      const together = await predict(model, sources, how)
      for (const [i, source] of sources.entries()) expect(await predict(model, source, how)).toEqual(together[i])
      // Those that begin while others are under way wait for their turn.
      const begun = await Promise.all(sources.map((source) => predict(model, source, how)))
      expect(begun).toEqual(together)
      const truth = await predict(model, sources, { ...how, ...exact })
      close(together.flatMap(all), truth.flatMap(all), 4)
    },
    30_000,
  )
})

test('more sources than go together at once', async () => {
  const model = made({ attention: 'additive' })
  const sources = Array.from({ length: 75 }, (_, i) => 'abc'.repeat(3).slice(i % 5, (i % 5) + (i % 4)))
  const found = await predict(model, sources, { length: 4 })
  const one = new Map<string, Translation>()
  for (const source of new Set(sources)) one.set(source, await predict(model, source, { length: 4 }))
  expect(found).toEqual(sources.map((source) => one.get(source)))
})

test('attention tells for each symbol where in the source the model looked', async () => {
  const model = made({ attention: 'additive' })
  const { text, attention } = await predict(model, 'abca', { ...exact, beam: 2, length: 9 })
  const ids = [...model.targetVocabulary.encode(text)]
  expect(attention).toHaveLength(ids.length)
  const { looked } = await told(model, 'abca', ids)
  attention!.forEach((row, t) => {
    expect(row).toHaveLength(4)
    row.forEach((weight, s) => expect(weight).toBeCloseTo(looked[t]![s]!, 6))
  })
  expect((await predict(made({ attention: 'none' }), 'abca', { length: 3 })).attention).toBeUndefined()
})

test('a score is the log probability that evaluate measures', async () => {
  const model = made({ attention: 'general' })
  const { text, score } = await predict(model, 'abca', { ...exact, beam: 9, length: 9 })
  const { loss, positions } = await evaluate(model, pairs([{ source: 'abca', target: text }], { like: model }), exact)
  expect(positions).toBe(text.length + 1)
  expect(-loss * positions).toBeCloseTo(score, 5)
})

test('so is that of what is drawn', async () => {
  const model = made({ attention: 'general' })
  for (const seed of [1, 2, 3]) {
    const { text, score } = await predict(model, 'abca', { ...exact, temperature: 1, length: 40, seed })
    const { loss, positions } = await evaluate(model, pairs([{ source: 'abca', target: text }], { like: model }), exact)
    expect(text.length).toBeLessThan(40)
    expect(-loss * positions).toBeCloseTo(score, 4)
  }
})

test('evaluating tells how far it is, once through from 0 to 1', async () => {
  const shares: number[] = []
  const many = pairs(
    Array.from({ length: 9 }, (_, i) => ({ source: 'abc'.slice(i % 3), target: 'xy' })),
    { like: data },
  )
  const progress = (share: number): void => void shares.push(share)
  await evaluate(made({ attention: 'dot' }), many, { ...exact, batch: 2, progress })
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  expect(shares.at(-1)).toBe(1)
  expect(shares.length).toBeGreaterThan(5)
})

test('a file holds all that it takes', async () => {
  const shared = pairs([{ source: 'abc', target: 'cab' }], { shared: true })
  const model = made({ attention: 'dot', shared: true, tied: true, labelSmoothing: 0.1 }, 3, shared)
  expect(Object.keys(model.parameters)).not.toContain('encoder.embedding.weight')
  const again = decodeModel(encodeModel(model)) as Translator
  expect(again).toMatchObject({ kind: 'translator', loss: { options: { labelSmoothing: 0.1 } } })
  expect(again.sourceVocabulary!.symbols).toEqual(model.sourceVocabulary!.symbols)
  expect(again.targetVocabulary.boundary).toBe(model.targetVocabulary.boundary)
  const how = { beam: 4, length: 5 }
  expect(await predict(again, ['abc', 'c'], how)).toEqual(await predict(model, ['abc', 'c'], how))
})

test('sources may be rows of numbers, tokens, or nothing at all', async () => {
  const rows = [
    [1, 2],
    [0, -1],
  ]
  const numbers = pairs([{ source: rows, target: ['P', 'Q'] }])
  const model = made({ attention: 'additive' }, 1, numbers)
  const how = { length: 4 }
  const one = await predict(model, rows, how)
  expect(one.text).toMatch(/^([PQ]( [PQ])*)?$/)
  expect(await predict(model, [rows, rows.slice(0, 1)], how)).toMatchObject([one, {}])
  expect(await predict(model, tensor(rows), how)).toEqual(one)
  expect(await predict(decodeModel(encodeModel(model)) as Translator, rows, how)).toEqual(one)
  const tokens = made({ attention: 'additive' }, 1, pairs([{ source: ['a', 'bc'], target: 'xy' }]))
  expect(await predict(tokens, 'bc a', how)).toEqual((await predict(tokens, [['bc', 'a']], how))[0])
})

test('what is not known is never written', async () => {
  const words = pairs(
    [
      { source: 'a b', target: 'x y' },
      { source: 'a b', target: 'x z' },
    ],
    { target: { units: 'words', minCount: 2 } },
  )
  const model = made({ attention: 'dot' }, 1, words)
  const { unknown, size } = words.targetVocabulary
  expect([unknown, size]).toEqual([0, 3])
  const bias = tensor(Float32Array.of(50, 0, 0.5))
  setParameters(model, { 'decoder.output.bias': bias })
  for (const { text } of all(await predict(model, 'a b', { beam: 3, length: 3 }))) expect(text).not.toContain('unk')
})

describe('what cannot be asked is refused', () => {
  const model = made({ attention: 'additive' })
  const plain = made({ attention: 'none' })
  test.each<[string, Translator, unknown, object, string, RegExp]>([
    ['a letter it does not know', model, ['abc', 'abd'], {}, 'data', /source 1 has at .*\bd\b/],
    ['a number', model, 3, {}, 'data', /the source is 3; the model reads strings/],
    ['a number among strings', model, ['a', 3], {}, 'data', /source 1 is 3/],
    ['nothing', model, [], {}, 'data', /there is no source/],
    ['no beam', model, 'a', { beam: 0 }, 'option', /beam/],
    ['a penalty below zero', model, 'a', { lengthPenalty: -1 }, 'option', /lengthPenalty/],
    ['another name', model, 'a', { beams: 2 }, 'option', /beam/],
    ['coverage without attention', plain, 'a', { coverage: 1 }, 'option', /coverage is for models with attention/],
  ])('%s', async (_, model, given, options, code, message) => {
    await expect(predict(model, given as string, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
  })

  test('weights that are not numbers', async () => {
    const broken = made({ attention: 'none' })
    setParameters(broken, { 'decoder.output.bias': tensor(Float32Array.of(NaN, 0, 0)) })
    await expect(predict(broken, 'a')).rejects.toMatchObject({ code: 'logits' })
    expect((await predict(made({ attention: 'none' }), 'a', { length: 2 })).text).toBeTypeOf('string')
  })

  test('an aborted signal throws its reason, and others go on', async () => {
    const abort = new AbortController()
    const running = predict(model, 'abc', { length: 5000, signal: abort.signal, beam: 3 })
    abort.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    expect((await predict(model, 'abc', { length: 2 })).score).toBeLessThan(0)
  })
})
