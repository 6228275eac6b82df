// A module says of a whole sequence what the library says, bit for bit.
import { describe, expect, test } from 'vitest'
import {
  classifier,
  feedforward,
  gru,
  labelled,
  lstm,
  minGru,
  predict,
  regressor,
  tagged,
  tagger,
  type Model,
} from 'unrolled'
import { engine, moduleOf, moved, rows, sensors, sine, texts, words } from './modules.ts'

interface Labelled {
  readonly label: unknown
  readonly probability: number
}

describe('what a whole sequence says is what `predict` says, to the bit', () => {
  const pictures = labelled(
    Array.from({ length: 6 }, (_, i) => ({ pixels: sine(1, 12, i)[0]!, digit: i % 3 })),
    { x: 'pixels', label: 'digit', steps: 4 },
  )
  const many = labelled(
    words.map(({ body }, i) => ({ body, tags: i % 2 ? 'red' : 'red; blue' })),
    { text: 'body', labels: 'tags', units: 'words' },
  )
  const spent = labelled(sensors, { x: ['load', 'place'], sequence: 'id', target: 'spent' })
  const state = labelled(sensors, { x: ['load', 'place'], sequence: 'id', label: 'state' })
  const cells = { hidden: 7, seed: 3 }

  test.each<[string, () => Model, unknown[]]>([
    ['characters, the last state', () => classifier(texts('characters'), { cell: lstm, ...cells }), ['day', 'a sea']],
    [
      'words, the mean of states',
      () => classifier(texts('words'), { cell: gru, ...cells, pooling: 'mean' }),
      ['a day, the unheard-of sea', 'it'],
    ],
    [
      'words, the greatest of states',
      () => classifier(texts('words'), { cell: minGru, ...cells, pooling: 'max' }),
      ['fine sea what'],
    ],
    ['several labels', () => many.several && classifier(many, { cell: gru, ...cells }), ['a fine day']],
    ['lists cut into steps', () => classifier(pictures, { cell: lstm, hidden: [5, 4], seed: 1 }), [sine(1, 12, 9)[0]]],
    ['columns of numbers and categories', () => regressor(spent, { cell: gru, ...cells }), [rows(1), rows(4)]],
    ['labels by columns', () => classifier(state, { cell: lstm, ...cells }), [rows(0)]],
    [
      'one step',
      () => feedforward(labelled(sensors, { x: ['load', 'place'], label: 'state' }), { hidden: 6, seed: 2 }),
      [sensors[3]],
    ],
  ])('%s', async (_, make, sequences) => {
    const model = moved(make())
    const loaded = await (await moduleOf(model)).load()
    for (const sequence of sequences) {
      const { output, ...said } = loaded.predict(sequence)
      expect(output).toBeInstanceOf(Float32Array)
      // Rows of a table are as many sequences as they have ids.
      expect([said]).toEqual([await predict(model as never, sequence as never, engine)].flat())
    }
  })

  test('a calibrated classifier, with the temperature it has', async () => {
    const model = classifier(texts('words'), { cell: gru, ...cells })
    model.temperature = 2.5
    const { output: _, ...said } = (await (await moduleOf(model)).load()).predict('a day')
    expect(said).toEqual(await predict(model, 'a day', engine))
  })

  test.each([false, true])('words with their letters, a label each; both ways: %s', async (bidirectional) => {
    const data = tagged(
      [
        { tokens: ['the', 'whale', 'sank'], labels: ['D', 'N', 'V'] },
        { tokens: ['a', 'whale', 'unbelievably-long-winded-whale'], labels: ['D', 'N', 'N'] },
      ],
      { token: 'tokens', label: 'labels', minCount: 1 },
    )
    const options = { cell: lstm, hidden: 6, bidirectional, characters: { hidden: 5 }, seed: 4 } as const
    const model = moved(tagger(data, options))
    const sentence = ['a', 'sperm', 'whale', 'unbelievably-long-winded-sinking', 'sank']
    const only = ({ label, probability }: Labelled) => ({ label, probability })
    const loaded = await (await moduleOf(model)).load()
    const wanted = (await predict(model, sentence, engine)).map(only)
    expect((loaded.predict(sentence).steps as Labelled[]).map(only)).toEqual(wanted)
    if (bidirectional) expect(loaded).not.toHaveProperty('open')
    else {
      const session = loaded.open()
      expect(sentence.map((word) => only(session.push(word) as unknown as Labelled))).toEqual(wanted)
    }
  })

  test.each<[string, Parameters<typeof classifier>[1]]>([
    ['both ways, the last states', { cell: gru, hidden: 5, bidirectional: true }],
    ['both ways, the mean', { cell: lstm, hidden: [4, 5], bidirectional: true, pooling: 'mean' }],
    ['attention', { cell: gru, hidden: 5, bidirectional: true, pooling: 'attention' }],
  ])('one module reads sequences of all lengths, one after the other: %s', async (_, options) => {
    const data = labelled(words, { text: 'body', label: 'kind', units: 'characters' })
    const model = moved(classifier(data, { ...options, seed: 2 }))
    const sentence = 'the sea and a day, '
    const all = [sentence.repeat(30), 'a', sentence, sentence.repeat(200), 'a day', 'a']
    const loaded = await (await moduleOf(model)).load()
    for (const one of all) {
      const { output: __, ...said } = loaded.predict(one)
      expect(said).toEqual(await predict(model, one, engine))
    }
  })
})
