import { expect, test } from 'vitest'
import {
  captioner,
  captions,
  classifier,
  feedforward,
  forecaster,
  gru,
  labelled,
  languageModel,
  pairs,
  regressor,
  series,
  tagged,
  tagger,
  text,
  translator,
} from 'unrolled'

const rows = [
  { a: 1, word: 'ab', kind: 'x', says: 'one' },
  { a: 2, word: 'ba', kind: 'y', says: 'two' },
]
const words = tagged([{ words: ['a', 'b'], tags: ['X', 'Y'] }], { token: 'words', label: 'tags' })
const both = pairs([{ source: 'ab', target: 'ba' }])
const some = await series(rows.concat(rows), { target: 'a' })

/** Each model with what is said of it; all else is right. */
const models: Readonly<Record<string, (options: object) => unknown>> = {
  classifier: (options) => classifier(labelled(rows, { x: ['a'], label: 'kind' }), options as never),
  'classifier of texts': (options) => classifier(labelled(rows, { text: 'word', label: 'kind' }), options as never),
  regressor: (options) => regressor(labelled(rows, { x: ['a'], target: 'a' }), options as never),
  tagger: (options) => tagger(words, options as never),
  captioner: (options) => captioner(captions(rows, { x: ['a'], caption: 'says' }), options as never),
  translator: (options) => translator(both, options as never),
  languageModel: (options) => languageModel(text('to be'), options as never),
  forecaster: (options) => forecaster(some, { context: 2, horizon: 1, ...options } as never),
}

test.each(Object.entries(models))(
  '%s says of a cell that is none, and of widths that are none, that it is they',
  (_, make) => {
    for (const cell of [undefined, 'gru', null]) {
      expect(() => make({ cell, hidden: 3 })).toThrow(/^\w+: cell must be a cell: lstm, gru, /)
    }
    for (const hidden of [0, undefined, '3', [3, 0]]) {
      expect(() => make({ cell: gru, hidden })).toThrow(
        /^\w+: hidden is (0|undefined|'3'); it must be a whole number, at least 1$/,
      )
    }
  },
)

test.each<[string, () => unknown, string]>([
  [
    'a width of letters',
    () => models['tagger']!({ cell: gru, hidden: 2, characters: true }),
    'tagger: characters: options are an object, not true',
  ],
  [
    'nothing of letters',
    () => models['tagger']!({ cell: gru, hidden: 2, characters: {} }),
    'words: characters: hidden is undefined',
  ],
  [
    'attention',
    () => models['translator']!({ cell: gru, hidden: 2, attention: 'bahdanau' }),
    "translator: attention is 'bahdanau'",
  ],
  ['dropout', () => models['classifier of texts']!({ cell: gru, hidden: 2, dropout: 1 }), 'dropout: rate is 1;'],
  [
    'no width',
    () => feedforward(labelled(rows, { text: 'word', label: 'kind' }), {} as never),
    'feedforward: hidden is undefined',
  ],
])('%s, said wrongly, is told of by its own name', (_, make, message) => {
  expect(make).toThrow(new RegExp(`^${message}`))
})
