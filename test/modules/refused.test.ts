// What a module is given wrongly, and models that cannot be one.
import { describe, expect, test } from 'vitest'
import {
  classifier,
  compileModel,
  forecaster,
  gru,
  labelled,
  languageModel,
  normal,
  pairs,
  predict,
  series,
  tagged,
  tagger,
  text,
  translator,
  type Model,
} from 'unrolled'
import { engine, moduleOf, moved, sensor, sensors, texts, words } from './modules.ts'

describe('what is wrong is said, and nothing is stepped', () => {
  const unknowing = (): Model => classifier(texts('words'), { cell: gru, hidden: 3 })

  test.each<[string, () => Model, unknown, RegExp]>([
    [
      'a character that is not known',
      () => languageModel(text('abc'), { cell: gru, hidden: 4 }),
      'z',
      /^"z" is given; it must be one of the 3 characters/,
    ],
    ['a symbol past the last', () => languageModel(text('abc'), { cell: gru, hidden: 4 }), 3, /^3 is given/],
    ['too few numbers', sensor, [1, 2], /^a list of 2 is given; it must be 3 numbers/],
    ['no number', sensor, [1, NaN, 2], /^NaN is given; it must be a number/],
    ['nothing', sensor, undefined, /^undefined is given/],
    [
      'what is infinite in float32',
      sensor,
      [1, 1e39, 2],
      /^a list of 3 is given; it must be numbers that float32 holds/,
    ],
    ['an object with no way to be a text', sensor, Object.create(null), /^an object is given; it must be 3 numbers/],
    [
      'no word',
      unknowing,
      undefined,
      /^undefined is given; it must be one of the \d+ words that the model knows, or one/,
    ],
    ['an object for a word', unknowing, {}, /^an object is given/],
    ['two words for one', unknowing, 'a day', /^"a day" is given; it must be one of the \d+ words/],
    [
      'an unknown category',
      () =>
        classifier(labelled(sensors, { x: ['load', 'place'], sequence: 'id', label: 'state' }), {
          cell: gru,
          hidden: 3,
        }),
      { load: 1, place: 'up' },
      /^"up" is given; it must be a place: one of by, in, out/,
    ],
    [
      'a missing column',
      () =>
        classifier(labelled(sensors, { x: ['load', 'place'], sequence: 'id', label: 'state' }), {
          cell: gru,
          hidden: 3,
        }),
      { place: 'in' },
      /it must be a number \(load\)/,
    ],
  ])('%s', async (_, make, x, message) => {
    const session = (await (await moduleOf(make())).load()).open()
    expect(() => session.push(x)).toThrow(message)
    expect(session.step).toBe(0)
  })

  test('words that are no texts, a text for a list of words, holes in a list', async () => {
    const words = await (await moduleOf(unknowing())).load()
    expect(() => words.predict(['a', NaN])).toThrow(/^NaN is given/)
    const data = tagged([{ tokens: ['a', 'b'], labels: ['x', 'y'] }], { token: 'tokens', label: 'labels', minCount: 1 })
    const tags = await (await moduleOf(tagger(data, { cell: gru, hidden: 3 }))).load()
    expect(() => tags.predict('a b')).toThrow(/^"a b" is given; it must be a list of words/)
    const pixels = Array.from({ length: 4 }, (_, i) => ({ pixels: [i, 1, 2, 3], digit: i % 2 }))
    const picture = classifier(labelled(pixels, { x: 'pixels', label: 'digit', steps: 2 }), { cell: gru, hidden: 3 })
    const pictures = await (await moduleOf(picture)).load()
    expect(() => pictures.predict([null])).toThrow(/^a list of 1 is given; it must be 4 numbers/)
  })

  test('a row that is cut into steps comes as a whole: nobody has a single one', async () => {
    const data = labelled(sensors, { x: ['load', 'spent'], label: 'state', steps: 2 })
    const model = moved(classifier(data, { cell: gru, hidden: 3 }))
    const { 'index.d.ts': types } = await compileModel(model)
    expect(types).not.toContain('open()')
    const loaded = await (await moduleOf(model)).load()
    expect(loaded).not.toHaveProperty('open')
    const { output: _, ...said } = loaded.predict(sensors[3])
    expect([said]).toEqual([await predict(model, sensors[3] as never, engine)].flat())
  })

  test('a response that is none, and snapshots that are no bytes', async () => {
    const { load } = await moduleOf(sensor())
    await expect(load(new Response('no such page', { status: 404 }))).rejects.toThrow(/cannot be loaded: status 404/)
    const session = (await load()).open()
    for (const given of [undefined, null, 'x', {}, [1, 2]] as never[]) {
      expect(() => session.restore(given)).toThrow(/does not fit: it is of no session, or damaged/)
    }
  })

  test('an empty sequence says nothing', async () => {
    const loaded = await (await moduleOf(sensor())).load()
    expect(() => loaded.predict([])).toThrow(/it must be a sequence of one step at least/)
  })
})

const daily = await series(
  Array.from({ length: 40 }, (_, i) => ({ y: i % 7 })),
  { target: 'y' },
)

test.each<[string, () => Model, RegExp]>([
  [
    'labels together',
    () =>
      tagger(tagged([{ tokens: ['a', 'b'], labels: ['x', 'y'] }], { token: 'tokens', label: 'labels', minCount: 1 }), {
        cell: gru,
        hidden: 4,
        bidirectional: false,
        transitions: true,
      }),
    /cannot judge the labels of a sequence together, as this model does: its loss is linearChain/,
  ],
  [
    'a second sequence',
    () =>
      translator(
        pairs(
          [
            { source: 'a', target: 'b' },
            { source: 'b', target: 'a' },
          ],
          { units: 'characters', minCount: 1 },
        ),
        { cell: gru, hidden: 4 },
      ),
    /beside x the layer takes source/,
  ],
  [
    'subwords',
    () => classifier(labelled(words, { text: 'body', label: 'kind', units: 'subwords' }), { cell: gru, hidden: 4 }),
    /cannot cut texts into subwords/,
  ],
  [
    'labels that mark spans',
    () =>
      tagger(
        tagged([{ tokens: ['a', 'b', 'c'], labels: ['B-X', 'I-X', 'O'] }], {
          token: 'tokens',
          label: 'labels',
          minCount: 1,
        }),
        { cell: gru, hidden: 4 },
      ),
    /judge the labels of a sequence together, as this model does: they mark spans/,
  ],
  [
    'windows of series, that a forecaster scales itself',
    () => forecaster(daily, { cell: gru, hidden: 3, context: 6, horizon: 2, decoder: 'sampled', output: normal() }),
    /cannot read windows of series, as this forecaster does/,
  ],
])('a model that cannot be one is refused: %s', async (_, make, message) => {
  await expect(compileModel(make())).rejects.toThrow(message)
})
