import { describe, expect, test } from 'vitest'
import {
  adam,
  decodeModel,
  encodeModel,
  evaluate,
  gru,
  lstm,
  pairs,
  predict,
  text,
  train,
  translator,
  type Pair,
  type TranslatorOptions,
} from 'unrolled'
import { vocabularyOf } from '../../src/data/index.ts'
import { refusal } from '../formats/safetensors-file.ts'

const letters = 'abcdefgh'
const word = (seed: number): string =>
  Array.from({ length: 2 + (seed % 5) }, (_, i) => letters[(seed * 7 + i * i * 3 + (seed >> 3) * i) % 8]).join('')
const reversed = (count: number, from: number): { source: string; target: string }[] =>
  Array.from({ length: count }, (_, i) => word(from + i)).map((source) => ({
    source,
    target: [...source].reverse().join(''),
  }))

test('to write words backwards is learnt in seconds, and where it looks is from the end to the beginning', async () => {
  const data = pairs(reversed(600, 0), { shared: true })
  const model = translator(data, { cell: gru, hidden: 48, bidirectional: true, seed: 2 })
  await train(model, data, { epochs: 14, batch: 32, optimizer: adam({ lr: 0.006 }), seed: 1 }).finish()
  const held = reversed(60, 5000)
  const said = await predict(
    model,
    held.map(({ source }) => source),
    { beam: 3 },
  )
  expect(said.filter(({ text }, i) => text === held[i]!.target).length).toBeGreaterThanOrEqual(57)
  const { metrics } = await evaluate(model, pairs(held, { like: model }))
  expect(metrics['accuracy']).toBeGreaterThan(0.95)
  const looked = said
    .filter(({ text }, i) => text === held[i]!.target)
    .flatMap(({ attention }) => attention!.map((row, t) => [row.indexOf(Math.max(...row)), row.length - 1 - t]))
  // A step may look a letter beside, since the encoder carries letters along.
  expect(looked.filter(([at, right]) => Math.abs(at! - right!) <= 1).length / looked.length).toBeGreaterThan(0.6)
}, 60_000)

describe('what it is made of', () => {
  const data = pairs([{ source: 'abc', target: 'xyz' }])
  const one = (options: Partial<TranslatorOptions>, of = data) => translator(of, { cell: lstm, hidden: 4, ...options })

  test('ports, and whose symbols they are', () => {
    const model = one({})
    expect(model.inputs).toMatchObject({
      source: { symbols: 4, axes: ['source', 'batch'] },
      x: { symbols: 4, axes: ['time', 'batch'] },
    })
    const other = pairs([{ source: 'abd', target: 'xyz' }])
    const swapped = pairs([{ source: 'abc', target: 'xyw' }])
    expect(refusal(() => train(model, other), 'data')).toMatch(/source: symbols of another vocabulary/)
    expect(refusal(() => train(model, swapped), 'data')).toMatch(/x: symbols of another vocabulary/)
    // Numbers may be those of symbols; these are not.
    const numbers = pairs([{ source: [[1], [4]], target: 'xyz' }])
    expect(refusal(() => train(model, numbers), 'data')).toMatch(
      /sequence 0, step 1, column 0 of source is 4; the model has 4 symbols/,
    )
  })

  test('layers on each other, widths of their own, dropout, input feeding', () => {
    const model = one({ hidden: [6, 4], bidirectional: true, dropout: 0.2, inputFeeding: true, embedding: 3 })
    const shapes = Object.fromEntries(Object.entries(model.parameters).map(([name, { shape }]) => [name, shape]))
    expect(shapes).toMatchObject({
      'encoder.embedding.weight': [4, 3],
      'encoder.core.layers.1.backward.Wi': [4, 4 + 12],
      // What it was fed is as wide as the top.
      'decoder.core.core.layers.0.forward.Wi': [6, 6 + 3 + 4],
      'decoder.core.bridge.weight': [2 * 6 + 2 * 4, 8],
      'decoder.core.attend.U': [4, 8],
      'decoder.core.attend.C': [4, 12],
      'decoder.output.weight': [4, 4],
    })
    expect(model.layer.states.map(({ name }) => name)).toContain('decoder.core.fed')
    expect(Object.keys(one({ attention: 'none' }).parameters).filter((name) => name.includes('attend'))).toEqual([])
  })

  test('one matrix in several places', () => {
    const shared = pairs([{ source: 'abc', target: 'cab' }], { shared: true })
    const tied = one({ shared: true, tied: true }, shared)
    expect(Object.keys(tied.parameters).filter((name) => /embedding|output.weight/.test(name))).toEqual([
      'decoder.embedding.weight',
    ])
    expect(() => one({ shared: true })).toThrow(/one vocabulary on both sides/)
    expect(() => one({ tied: true, embedding: 3 })).toThrow(/as wide as the embedding; they are 4 and 3/)
  })

  test.each<[string, () => unknown, string, RegExp]>([
    ['a text', () => translator(text('abab') as never, { cell: gru, hidden: 2 }), 'data', /made for pairs/],
    ['another score', () => one({ attention: 'cosine' as never }), 'option', /'dot', 'general', 'additive' or 'none'/],
    ['dot of other widths', () => one({ attention: 'dot', bidirectional: true }), 'option', /they are 8 and 4/],
    [
      'feeding nothing',
      () => one({ attention: 'none', inputFeeding: true }),
      'option',
      /inputFeeding is for attention/,
    ],
    ['widths that are not as many', () => one({ hidden: [3, 4], layers: 3 }), 'option', /hidden gives 2 widths/],
    ['an unknown option', () => one({ heads: 2 } as never), 'option', /heads/],
  ])('%s is refused', (_, make, code, message) => {
    expect(refusal(make, code)).toMatch(message)
  })

  test('a file whose vocabularies do not fit its layers is refused', () => {
    const bytes = (change: object) => encodeModel({ ...one({}), ...change })
    const { content } = one({})
    const all = content() as Record<string, object>
    const other = (part: object) => ({ content: () => ({ ...all, ...part }) })
    for (const [part, message] of [
      [{ target: { ...all['target'], symbols: ['\n', 'x'] } }, /it has 2 symbols; the layers take 4/],
      [{ target: { units: 'characters', symbols: ['a', 'x', 'y', 'z'] } }, /no symbol that begins and ends/],
      [{ source: { units: 'characters', symbols: ['a', 'b'] } }, /it has 2 symbols; the encoder takes 4/],
    ] as const) {
      expect(refusal(() => decodeModel(bytes(other(part))))).toMatch(message)
    }
    expect(vocabularyOf(['\n', 'x'], 'tokens', 0).boundary).toBe(0)
  })
})

test('pairs of numbers and words are typed as they are', () => {
  const items: Pair[] = [{ source: [[1, 2]], target: ['a'] }]
  const model = translator(pairs(items), { cell: gru, hidden: 3 })
  expect(model.sourceVocabulary).toBeUndefined()
  expect(model.inputs['source']).toMatchObject({ kind: 'vector', columns: 2 })
  expect(model.content()).toMatchObject({ source: null, target: { units: 'tokens' } })
})
