import { describe, expect, test } from 'vitest'
import {
  adam,
  decodeModel,
  encodeModel,
  evaluate,
  generate,
  gru,
  languageModel,
  lines,
  text,
  train,
  type LanguageModel,
  type Lines,
} from 'unrolled'
import { vocabularyOf } from '../../src/data/index.ts'
import { refusal } from '../formats/safetensors-file.ts'

/** The symbols of each line before and as targets. */
const read = ({ items, vocabulary }: Lines): string[][] =>
  items.map(({ x, target }) => [x, target].map((ids) => vocabulary.decode(ids as Float32Array)))

const names = ['anna', 'bob', 'cleo', 'dan', 'eva']

async function made(model: LanguageModel, prompt: string, seed: number): Promise<string> {
  let whole = ''
  for await (const piece of generate(model, prompt, { seed, temperature: 0.3, length: 30 })) whole += piece
  return whole
}

test('a line is a sequence from the end before it to its own, whatever ends lines, and empty ones are left out', () => {
  const wanted = [
    ['\nab', 'ab\n'],
    ['\nc', 'c\n'],
  ]
  for (const given of ['ab\nc', 'ab\nc\n', '\n\nab\n\nc\n', 'ab\r\nc\r\n', 'ab\rc', ['ab', 'c'], ['ab', '', 'c']]) {
    const data = lines(given)
    expect(read(data)).toEqual(wanted)
    expect(data).toMatchObject({
      kind: 'sequences',
      units: 'characters',
      columns: 1,
      targetColumns: 1,
      longest: 3,
      steps: 5,
    })
    expect(data.vocabulary).toMatchObject({ symbols: ['\n', 'a', 'b', 'c'], boundary: 0 })
  }
})

test('words, vocabularies that are cut, and characters beyond one unit keep the end of a line', () => {
  const words = lines('call me\ncall it 🐋\n', { units: 'words', minCount: 2 })
  expect(words.vocabulary.symbols).toEqual(['<unk>', '\n', 'call'])
  expect(words.vocabulary.boundary).toBe(1)
  expect(words.items.map(({ x }) => [...(x as Float32Array)])).toEqual([
    [1, 2, 0],
    [1, 2, 0, 0],
  ])
  const cut = lines('aab🐋🐋', { vocabulary: 3 })
  expect(cut.vocabulary.symbols).toEqual(['<unk>', '\n', 'a'])
  expect(read(lines('a🐋b'))).toEqual([['\na🐋b', 'a🐋b\n']])
})

test('what is no list of lines is refused', () => {
  const wrong = (given: unknown, options = {}): string => refusal(() => lines(given as string, options), 'data')
  expect(wrong('\n\n')).toMatch('there is no line')
  expect(wrong([])).toMatch('there is no line')
  expect(wrong(5)).toMatch('a string or a list of strings is needed, not 5')
  expect(wrong(['a', 5])).toMatch('line 1 is 5, not a string')
  expect(wrong(['a', 'b\nc'])).toMatch("line 1 has a line's end inside")
  expect(wrong('a\ud800')).toMatch('half a surrogate pair')
  expect(wrong('ab', { vocabulary: text('ab\n').vocabulary })).toMatch('the vocabulary is of a text')
  expect(wrong('a\nx', { vocabulary: lines('ab').vocabulary })).toMatch(
    "the lines has at line 2, column 1 the character 'x'",
  )
  expect(refusal(() => lines('a', { unit: 'words' } as object), 'option')).toMatch(
    'lines: there is no option unit; did you mean units?',
  )
})

test("the symbol that ends lines is a line's end", () => {
  expect(vocabularyOf(['\n', 'a'], 'characters', 0).boundary).toBe(0)
  for (const boundary of [1, 2, -1, 0.5, NaN]) {
    const message = refusal(() => vocabularyOf(['\n', 'a'], 'characters', boundary), 'data')
    expect(message).toMatch(`symbol ${boundary} of the vocabulary, which is to end lines, is not a line's end`)
  }
})

describe('a model of lines', () => {
  const data = lines(names)
  const model = languageModel(data, { cell: gru, hidden: 24, seed: 3 })

  test('learns them, makes them whole from nothing or from a beginning, and ends them by itself', async () => {
    const before = await evaluate(model, data)
    await train(model, data, { epochs: 150, batch: 2, optimizer: adam({ lr: 0.01 }) }).finish()
    const { loss, units } = await evaluate(model, data)
    // Every character is predicted, and every end.
    expect(units).toBe(names.join('').length + names.length)
    expect(before.units).toBe(units)
    expect(loss).toBeLessThan(before.loss / 4)
    // After a beginning nothing is left to choose but the first letter.
    const found = await Promise.all(Array.from({ length: 12 }, (_, seed) => made(model, '', seed)))
    expect(found.every((name) => names.includes(name))).toBe(true)
    expect(new Set(found).size).toBeGreaterThan(1)
    expect(await made(model, 'cl', 1)).toBe('eo')
    expect(await made(model, 'bob\nd', 1)).toBe('an')
  })

  test('a line alone has the loss it has among others, in any batch', async () => {
    const whole = await evaluate(model, data)
    const alone = await Promise.all(names.map((name) => evaluate(model, name)))
    const sum = alone.reduce((total, { loss, units }) => total + loss * units, 0)
    expect(sum / whole.units).toBeCloseTo(whole.loss, 5)
    for (const batch of [1, 2, 5]) expect((await evaluate(model, data, { batch })).loss).toBeCloseTo(whole.loss, 6)
    // A string, and a text of another vocabulary, are read as lines.
    expect(await evaluate(model, names.join('\n'))).toEqual(whole)
    expect(await evaluate(model, text(names.join('\n')))).toEqual(whole)
  })

  test('remembers in its file where lines end', async () => {
    const again = decodeModel(encodeModel(model)) as LanguageModel
    expect(again.vocabulary).toMatchObject({ boundary: 0, symbols: data.vocabulary.symbols })
    expect(await made(again, 'ev', 2)).toBe(await made(model, 'ev', 2))
    const plain = languageModel(text('abc\n'), { cell: gru, hidden: 2 })
    expect((decodeModel(encodeModel(plain)) as LanguageModel).vocabulary.boundary).toBeUndefined()
  })

  test('lines of another vocabulary, and a text for a model of lines, are refused', () => {
    expect(refusal(() => train(model, lines('xyz')), 'data')).toMatch('make it with { vocabulary: model.vocabulary }')
    expect(refusal(() => train(model, text('anna\nbob\ncleo\ndan\neva\n')), 'data')).toMatch('another vocabulary')
    expect(refusal(() => languageModel(names as unknown as Lines, { cell: gru, hidden: 2 }), 'data')).toMatch(
      'it is made for a text',
    )
  })
})

test('of lines too, what the vocabulary lacks is left out and counted, and evaluate counts what is <unk>', async () => {
  const { vocabulary } = lines(names)
  const known = lines(['änna', 'b😀b'], { vocabulary, unknown: 'skip' })
  expect(known.leftOut).toBe(2)
  expect(read(known)).toEqual(read(lines(['nna', 'bb'], { vocabulary })))
  const rare = lines(names, { minCount: 2 })
  const model = languageModel(rare, { cell: gru, hidden: 4, seed: 1 })
  // c is met once alone, and x in no name.
  const given = lines(['cab', 'x'], { vocabulary: rare.vocabulary, unknown: 'skip' })
  expect(given.leftOut).toBe(0)
  expect(await evaluate(model, given)).toMatchObject({ units: 6, unknown: 2 })
  const running = text('xaxb', { vocabulary: text('abab c', { minCount: 2 }).vocabulary })
  const onText = languageModel(running, { cell: gru, hidden: 4, seed: 1 })
  // The first symbol is seen, not predicted.
  expect(await evaluate(onText, running)).toMatchObject({ units: 3, unknown: 1 })
})
