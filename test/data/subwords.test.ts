// Subwords: whatever is cut into them is put together again; pieces are made as byte-pair encoding says, and used as they were made.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeModel, encodeModel, gru, labelled, lines, pairs, text, translator } from 'unrolled'
import { bytePairs } from '../../src/data/byte-pairs.ts'
import { subwordRuns } from '../../src/data/units.ts'
import { buildVocabulary } from '../../src/data/vocabulary.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', '’', '\n', '海', '😀', '́'), minLength: 1, maxLength: 200 }),
)
const made = (texts: readonly string[], largest = 1000, minCount = 2) =>
  buildVocabulary(texts, 'subwords', { largest, minCount })

test('runs put together are the text, and none is longer than a word may be', () => {
  fc.assert(fc.property(anyText, (string) => [...subwordRuns(string)].join('') === string))
  const long = '😀a'.repeat(500)
  const runs = [...subwordRuns(`${'é'.repeat(300)} ${long}`)]
  expect(runs.join('')).toBe(`${'é'.repeat(300)} ${long}`)
  expect(Math.max(...runs.map((run) => [...run].length))).toBe(64)
})

test('any text is itself again, by its own pieces and by those of another with the same characters', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 60 }), (string, pieces) => {
      const { decode, encode } = made([string], new Set(string).size + 1 + pieces)
      expect(decode(encode(string))).toBe(string)
      const other = [...string].reverse().join('')
      expect(decode(encode(other))).toBe(other)
    }),
  )
})

/** Sennrich et al. 2016 word by word: counts every pair anew for each piece. */
function byHand(texts: readonly string[], characters: readonly string[], largest: number, minCount: number): string[] {
  const pieces = [...characters]
  let words = texts.flatMap((text) => Array.from(subwordRuns(text), (run) => [...run]))
  while (pieces.length < largest) {
    const counts = new Map<string, number>()
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${pieces.indexOf(word[i]!)} ${pieces.indexOf(word[i + 1]!)}`
        counts.set(pair, (counts.get(pair) ?? 0) + 1)
      }
    }
    const key = (pair: string): number[] => pair.split(' ').map(Number)
    const [best] = [...counts].sort(
      ([a, countA], [b, countB]) => countB - countA || key(a)[0]! - key(b)[0]! || key(a)[1]! - key(b)[1]!,
    )
    if (!best || best[1] < minCount) break
    const [left, right] = key(best[0]).map((number) => pieces[number]!) as [string, string]
    words = words.map((word) => {
      const joined: string[] = []
      for (let i = 0; i < word.length; i++) {
        const both = word[i] === left && word[i + 1] === right
        joined.push(both ? left + right : word[i]!)
        if (both) i++
      }
      return joined
    })
    if (!pieces.includes(left + right)) pieces.push(left + right)
  }
  return pieces.slice(characters.length)
}

test('pieces are those of counting all pairs again and again, whatever comes together in two ways', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      (texts, minCount) => {
        const characters = [...new Set(texts.join(''))].sort()
        const cut = { largest: characters.length + 12, minCount }
        expect(bytePairs(texts, characters, cut)).toEqual(byHand(texts, characters, cut.largest, minCount))
      },
    ),
    { numRuns: 200 },
  )
})

describe('a vocabulary of subwords', () => {
  const vocabulary = made(['low low low lower lower newest newest widest'], 22)

  test('has all characters, then the pieces in the order in which they are made', () => {
    const letters = [' ', 'd', 'e', 'i', 'l', 'n', 'o', 'r', 's', 't', 'w']
    // The pairs lo and ow are there five times, and l was there before o.
    expect(vocabulary.symbols).toEqual([
      '<unk>',
      ...letters,
      'lo',
      'low',
      ' low',
      'es',
      'est',
      ' n',
      'er',
      'ew',
      ' lower',
      ' new',
    ])
  })

  test('puts the earlier piece together first, and reads new words by pieces', () => {
    const cut = (word: string): string[] => Array.from(vocabulary.encode(word), (id) => vocabulary.symbols[id]!)
    expect(cut('lowest')).toEqual(['low', 'est'])
    expect(cut(' lower')).toEqual([' lower'])
    expect(cut('slow')).toEqual(['s', 'low'])
  })

  test('reads a character that it does not know as <unk>, written as what stands for such', () => {
    expect(vocabulary.decode(vocabulary.encode('lozw'))).toBe('lo�w')
    expect([...vocabulary.encode('loz')]).toEqual([vocabulary.symbols.indexOf('lo'), vocabulary.unknown])
  })

  test('is no more than what is asked for, and never joins beyond words', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 50 }), (string, largest) => {
        const { symbols } = made([string], largest, 1)
        expect(symbols.length).toBeLessThanOrEqual(largest)
        const runs = [...subwordRuns(string)]
        for (const symbol of symbols.slice(1)) expect(runs.some((run) => run.includes(symbol))).toBe(true)
      }),
    )
  })

  test('never has a piece that looks like what stands for all others', () => {
    const { symbols, decode, encode } = made(['<unk> <unk> <unk><unk>'])
    expect(symbols.filter((symbol) => symbol.includes('<unk'))).toEqual(['<unk>'])
    expect(decode(encode('a <unk>'))).toBe('� <unk>')
  })
})

test('texts, lines, labelled texts and pairs are cut into them', () => {
  const string = 'the whale, the whaler, the whalers; the sea'
  const data = text(string, { units: 'subwords' })
  expect([data.units, data.vocabulary.decode(data.ids)]).toEqual(['subwords', string])
  const [first, second] = text(`${string}😀 the sea`, { vocabulary: data.vocabulary }).split(0.3)
  expect(first.string + second.string).toBe(`${string}😀 the sea`)
  expect(second.vocabulary.encode(second.string)).toEqual(second.ids)

  const { vocabulary } = lines('the whale\nthe whaler', { units: 'subwords' })
  expect(vocabulary.decode(vocabulary.encode('whale\nwhaler'))).toBe('whale\nwhaler')

  const rows = [string, 'a sea'].map((body, i) => ({ body, kind: i }))
  expect(labelled(rows, { text: 'body', label: 'kind', units: 'subwords', vocabulary: 20 }).input.port.symbols).toBe(20)

  const both = pairs([{ source: string, target: 'der wal, der wal' }], {
    units: 'subwords',
    vocabulary: 40,
    shared: true,
  })
  expect(both.sourceVocabulary).toBe(both.targetVocabulary)
  expect(both.targetVocabulary.decode(both.items[0]!.target as Float32Array)).toBe('der wal, der wal\n')
  expect(
    pairs([{ source: 'ab', target: 'ab ab' }], { units: 'subwords', target: { units: 'words', minCount: 1 } }),
  ).toMatchObject({
    sourceVocabulary: { units: 'subwords' },
    targetVocabulary: { units: 'words' },
  })
})

test('a model keeps its pieces in its file', async () => {
  const data = pairs([{ source: 'the whale, the whales', target: 'der wal, der wale' }], { units: 'subwords' })
  const model = translator(data, { cell: gru, hidden: 3 })
  const back = (await decodeModel(await encodeModel(model))) as typeof model
  expect(back.targetVocabulary.symbols).toEqual(data.targetVocabulary.symbols)
  expect(back.sourceVocabulary!.encode('the whale')).toEqual(data.sourceVocabulary!.encode('the whale'))
})
