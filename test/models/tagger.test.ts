import { describe, expect, test } from 'vitest'
import {
  adam,
  classifier,
  decodeModel,
  encodeModel,
  evaluate,
  gru,
  labelled,
  lstm,
  nBest,
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

describe('the likeliest label sequences', () => {
  const spans = tagged(
    [
      { words: ['a', 'b', 'c'], tags: ['B-X', 'I-X', 'O'] },
      { words: ['b', 'c', 'a'], tags: ['O', 'B-X', 'O'] },
    ],
    { token: 'words', label: 'tags', minCount: 1 },
  )
  test.each([
    ['each by itself', data, false, 5 ** 3],
    ['by which follows which', data, true, 5 ** 3],
    // Of B, I and O no I begins, or follows an O: 3³ − 14.
    ['that mark spans', spans, false, 13],
    ['that mark spans, by which follows which', spans, true, 13],
  ])('%s are all there are, each once, and what is said comes first', async (_, of, transitions, all) => {
    const model = tagger(of, { cell: gru, hidden: 5, transitions, seed: 4 })
    const words = of === spans ? ['a', 'b', 'c'] : ['the', 'cat', 'boat']
    const found = await nBest(model, words, { best: 1000, ...wasm })
    expect(found).toHaveLength(all)
    expect(new Set(found.map(({ said }) => said.map(({ label }) => label).join())).size).toBe(all)
    // Together they are all that may be.
    expect(found.reduce((sum, { score }) => sum + Math.exp(score), 0)).toBeCloseTo(1, 6)
    const scores = found.map(({ score }) => score)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    // What is said of a step by itself is its likeliest label; of a sentence the likeliest sequence.
    const said = await predict(model, words, wasm)
    expect(found[0]!.said.map(({ token, label }) => [token, label])).toEqual(
      said.map(({ token, label }) => [token, label]),
    )
    found[0]!.said.forEach(({ probability }, step) => expect(probability).toBeCloseTo(said[step]!.probability, 6))
    // How probable a label is at a step, wherever it stands.
    for (const { said: tags } of found.slice(0, 5)) {
      const having = found.filter((one) => one.said[1]!.label === tags[1]!.label)
      expect(having.reduce((sum, { score }) => sum + Math.exp(score), 0)).toBeCloseTo(tags[1]!.probability, 5)
    }
    const several = [words, words.slice(0, 1)]
    expect((await nBest(model, several, { best: 2, ...wasm })) as unknown).toEqual([
      found.slice(0, 2),
      expect.anything(),
    ])
    expect(await nBest(model, words, wasm)).toEqual(found.slice(0, 5))
  })

  test('are those of taggers', async () => {
    const classes = classifier(
      labelled(
        [
          { v: 1, is: 'a' },
          { v: 2, is: 'b' },
        ],
        { x: 'v', label: 'is' },
      ),
      { cell: gru, hidden: 2 },
    )
    await expect(nBest(classes, { v: 1 })).rejects.toMatchObject({
      code: 'option',
      message: /a classifier may say, predict tells/,
    })
    const model = tagger(data, { cell: gru, hidden: 2 })
    await expect(nBest(model, ['the'], { best: 0 })).rejects.toThrow('nBest: best is 0; it must be')
    await expect(nBest(model, ['the'], { beam: 2 } as never)).rejects.toThrow('beam')
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
