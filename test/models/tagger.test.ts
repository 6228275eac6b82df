import { describe, expect, test } from 'vitest'
import {
  adam,
  decodeModel,
  encodeModel,
  evaluate,
  gru,
  lstm,
  predict,
  table,
  tagged,
  tagger,
  train,
  type Tagger,
} from 'unrolled'

/** Small sentences: what ends in -s is a verb; a name follows `mr`, which no letter of its own tells. */
const nouns = ['cat', 'dog', 'sea', 'tree', 'moon', 'boat']
const sentences = Array.from({ length: 60 }, (_, i) => {
  const noun = (k: number): string => nouns[(i * 5 + k * 3) % nouns.length]!
  // Each is met once, so that only its end tells.
  const verb = `${(i * 7919).toString(36)}s`
  return i % 2
    ? { words: ['mr', noun(1), verb, noun(2)], tags: ['TITLE', 'NAME', 'VERB', 'NOUN'] }
    : { words: ['the', noun(1), verb], tags: ['DET', 'NOUN', 'VERB'] }
})
const data = tagged(sentences, { token: 'words', label: 'tags' })
const options = { epochs: 25, batch: 10, optimizer: adam({ lr: 0.02 }), backend: 'wasm' } as const
const wasm = { backend: 'wasm' } as const

describe.each([false, true])('tagger, transitions: %s', (transitions) => {
  test('learns labels by word, spelling and place, says them by word, and is the same out of its file', async () => {
    const model = tagger(data, { cell: gru, hidden: 12, characters: { hidden: 8, size: 6 }, transitions, seed: 1 })
    await train(model, data, options).finish()
    const report = await evaluate(model, data, wasm)
    expect(report.accuracy).toBe(1)
    expect(report.byLabel.map(({ label, count }) => [label, count])).toContainEqual(['NAME', 30])
    // `walks` was never seen; its end was.
    const said = await predict(model, ['mr', 'moon', 'walks', 'tree'], wasm)
    expect(said.map(({ token, label }) => `${token}/${label}`)).toEqual([
      'mr/TITLE',
      'moon/NAME',
      'walks/VERB',
      'tree/NOUN',
    ])
    expect(said[2]!.probability).toBeGreaterThan(0.5)
    const again = decodeModel(encodeModel(model)) as Tagger
    expect(await predict(again, sentences.slice(0, 3), wasm)).toEqual(await predict(model, sentences.slice(0, 3), wasm))
    const [alone] = (await predict(model, [['the', 'cat', 'runs']], wasm)) as unknown as (typeof said)[]
    expect(alone).toEqual(await predict(model, ['the', 'cat', 'runs'], wasm))
  })
})

describe('tagged', () => {
  test('puts words that stand one a row together, from a table', async () => {
    const csv = 'sentence,word,tag\n1,the,DET\n1,cat,NOUN\n2,mr,TITLE\n2,cat,NAME\n'
    const read = tagged(await table(csv), { token: 'word', label: 'tag', sequence: 'sentence', minCount: 1 })
    expect([read.count, read.steps, read.labels.names]).toEqual([2, 4, ['DET', 'NAME', 'NOUN', 'TITLE']])
    const numbers = read.items.map(({ x }) => (x as { data: Float32Array }).data.filter((_, i) => i % 19 === 0))
    expect(numbers[0]![1]).toBe(numbers[1]![1])
    expect(read.items.map(({ target }) => [...(target as Float32Array)])).toEqual([
      [0, 2],
      [3, 1],
    ])
  })

  test('words are read by themselves where nothing is said of characters', async () => {
    const model = tagger(data, { cell: gru, hidden: 12, seed: 1 })
    await train(model, data, options).finish()
    const names = (await evaluate(model, data, wasm)).byLabel.find(({ label }) => label === 'NAME')!
    expect(names.f1).toBe(1)
    const again = decodeModel(encodeModel(model)) as Tagger
    expect(await predict(again, sentences[0]!.words, wasm)).toEqual(await predict(model, sentences[0]!.words, wasm))
  })

  test('takes rows of numbers with a label each', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ day: i >> 2, t: i % 4, v: (i * 7) % 5, hot: (i * 7) % 5 > 2 }))
    const heat = tagged(rows, { x: 'v', sequence: 'day', time: 't', label: 'hot' })
    const model = tagger(heat, { cell: lstm, hidden: 6, seed: 2 })
    await train(model, heat, { ...options, epochs: 60 }).finish()
    expect((await evaluate(model, heat, wasm)).accuracy).toBe(1)
    const [first] = (await predict(model, rows.slice(0, 4), wasm)) as unknown as { label: boolean }[][]
    expect(first!.map(({ label }) => label)).toEqual(rows.slice(0, 4).map(({ hot }) => hot))
    expect(() => tagger(heat, { cell: lstm, hidden: 6, characters: { hidden: 4 } })).toThrow(
      'characters are those of words',
    )
  })

  test('keeps both ends of words that are longer than their places', () => {
    const long = ['abcdefghijklmnopqrstuvwxyz', 'abcdefghXXijkstuvwxyz']
    const read = tagged([{ w: long, t: ['A', 'B'] }], { token: 'w', label: 't', minCount: 1 })
    const rows = (read.items[0]!.x as { data: Float32Array }).data
    expect([...rows.subarray(1, 19)]).toEqual([...rows.subarray(20, 38)])
  })

  test.each([
    ['labels that are too few', [{ w: ['a', 'b'], t: ['A'] }], 'row 0, t: 1 labels for 2 steps'],
    ['a word that is none', [{ w: ['a', 3], t: ['A', 'B'] }], 'row 0, w: word 1 is 3; it must be a string'],
    ['no word', [{ w: [], t: [] }], 'there is no word'],
    ['a label that is none', [{ w: ['a', 'b'], t: ['A', null] }], 'row 0, t: a label is a name or a number'],
  ])('%s is an error that says where', (_, rows, message) => {
    expect(() => tagged(rows, { token: 'w', label: 't' })).toThrow(message)
  })
})
