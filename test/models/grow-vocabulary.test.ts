import { expect, test } from 'vitest'
import {
  adam,
  chain,
  decodeModel,
  embedding,
  encodeModel,
  evaluate,
  forward,
  growVocabulary,
  gru,
  languageModel,
  lines,
  network,
  recurrent,
  crossEntropy,
  text,
  train,
  type LanguageModel,
  type Tensor,
} from 'unrolled'
import { refusal } from '../formats/safetensors-file.ts'

const old = text('the quick brown fox jumps over the lazy dog '.repeat(20))
const further = text('über den wölfen '.repeat(20))
const small = { cell: gru, hidden: 8, seed: 3 }
const pace = { batch: 4, unroll: 10 }

/** What a model says after each of these symbols: a row of logits each. */
async function logits({ layer, parameters }: LanguageModel, ids: ArrayLike<number>): Promise<number[][]> {
  const x: Tensor = { shape: [ids.length, 1, 1], data: Float32Array.from(ids) }
  const { output } = await forward(layer, { parameters, x })
  const width = output.shape.at(-1)!
  return Array.from({ length: ids.length }, (_, t) => [...output.data.subarray(t * width, (t + 1) * width)])
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

test.each([{}, { tied: true }, { dropout: 0.1, layers: 2 }])(
  'a model with further symbols says of the old ones what it said, and of a new one the mean of that: %o',
  async (options) => {
    const model = languageModel(old, { ...small, ...options })
    await train(model, old, { ...pace, steps: 5 }).finish()
    const grown = growVocabulary(model, further)
    expect(grown.vocabulary.symbols).toEqual([...model.vocabulary.symbols, 'ö', 'ü'])
    const ids = old.ids.subarray(0, 12)
    const [before, after] = [await logits(model, ids), await logits(grown, ids)]
    before.forEach((row, t) => {
      expect(after[t]!.slice(0, row.length)).toEqual(row)
      for (const logit of after[t]!.slice(row.length)) expect(logit).toBeCloseTo(mean(row), 5)
    })
    const [first] = Object.entries(grown.parameters).filter(([name]) => name === 'embedding.weight')
    const { shape, data } = first![1]
    const column = Array.from({ length: model.vocabulary.size }, (_, row) => data[row * shape[1]! + 5]!)
    expect(data[(shape[0]! - 1) * shape[1]! + 5]).toBeCloseTo(mean(column), 6)
    expect(model.vocabulary.size).toBe(old.vocabulary.size)
  },
)

test('it learns what is new, and a file keeps it', async () => {
  const model = languageModel(old, small)
  await train(model, old, { ...pace, steps: 40 }).finish()
  const grown = growVocabulary(model, further)
  const data = text(further.string, { vocabulary: grown.vocabulary })
  expect(data.leftOut).toBe(0)
  const before = await evaluate(grown, data)
  await train(grown, data, { ...pace, steps: 40, optimizer: adam({ lr: 0.02 }) }).finish()
  const read = (await decodeModel(await encodeModel(grown))) as LanguageModel
  expect(read.vocabulary.symbols).toEqual(grown.vocabulary.symbols)
  expect((await evaluate(read, data)).loss).toBeLessThan(before.loss - 1)
})

test('where nothing is new it is the same model', () => {
  const model = languageModel(old, small)
  const same = growVocabulary(model, text('the fox the fox'))
  expect(same).not.toBe(model)
  expect(same.vocabulary.symbols).toEqual(model.vocabulary.symbols)
  expect(same.parameters).toEqual(model.parameters)
})

test('of words and of lines the unknown one and the end of a line stay what they are', () => {
  const words = languageModel(text('a one two one two three', { units: 'words' }), small)
  expect(words.vocabulary.symbols).toEqual(['<unk>', ' one', ' two'])
  const more = growVocabulary(words, text('a b c b a b four b four', { units: 'words' }))
  expect(more.vocabulary.symbols).toEqual(['<unk>', ' one', ' two', ' b', ' four'])
  expect(more.vocabulary.unknown).toBe(0)
  const rare = growVocabulary(languageModel(old, small), text('ßßẞ', { minCount: 2 }))
  expect(rare.vocabulary.symbols.slice(old.vocabulary.size)).toEqual(['ß'])
  const names = languageModel(lines(['anna', 'bert']), small)
  const { vocabulary } = growVocabulary(names, lines(['zoë', 'anna']))
  expect(vocabulary.symbols.slice(names.vocabulary.size)).toEqual(['o', 'z', 'ë'])
  expect(vocabulary.boundary).toBe(names.vocabulary.boundary)
})

test('what cannot grow is refused', () => {
  const model = languageModel(old, small)
  const bare = network(chain({ e: embedding({ symbols: 3, size: 2 }), r: recurrent({ cell: gru, hidden: 3 }) }), {
    loss: crossEntropy(),
  })
  const pieces = languageModel(text(old.string, { units: 'subwords' }), small)
  const wrong = (given: unknown, data: unknown, code = 'option') =>
    refusal(() => growVocabulary(given as LanguageModel, data as typeof old), code)
  expect(wrong(bare, further)).toContain('it takes a language model')
  expect(wrong(undefined, further)).toContain('it takes a language model')
  expect(wrong(pieces, further)).toContain('subwords spell other words already')
  expect(wrong(model, 'über', 'data')).toContain('the data has no vocabulary; the model knows characters')
  const words = text('one two one two', { units: 'words' })
  expect(wrong(model, words, 'data')).toContain(
    "the data is cut into words; the model knows characters: text(string, { units: 'characters' })",
  )
})
