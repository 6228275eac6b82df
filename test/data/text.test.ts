import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { text, type TextOptions } from '../../src/data/text.ts'
import { tokens } from '../../src/data/units.ts'
import { vocabularyOf } from '../../src/data/vocabulary.ts'
import { refusal } from '../formats/safetensors-file.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('a', "'", ' ', '\n', '\t', ',', 'é', '𝄞', '<unk>', '7'), maxLength: 60 }),
)

describe('symbols', () => {
  test('characters are code points', () => {
    expect([...tokens('a𝄞é\n', 'characters')]).toEqual(['a', '𝄞', 'é', '\n'])
  })

  test('words keep the space before them', () => {
    expect([...tokens("Call me, Ishmael.\nDon't  go\t7", 'words')]).toEqual([
      ...['Call', ' me', ',', ' Ishmael', '.', '\n', "Don't", ' ', ' go', '\t', '7'],
    ])
  })

  test.each(['characters', 'words'] as const)('%s put together are the text', (units) => {
    fc.assert(fc.property(anyText, (string) => [...tokens(string, units)].join('') === string))
  })
})

describe('a text', () => {
  test('is numbered by its own symbols in their order', () => {
    const { vocabulary, ids } = text('hello')
    expect(vocabulary.symbols).toEqual(['e', 'h', 'l', 'o'])
    expect(vocabulary.unknown).toBeUndefined()
    expect([...ids]).toEqual([1, 0, 2, 2, 3])
    expect(vocabulary.decode(ids)).toBe('hello')
  })

  test('of words leaves out the rare ones', () => {
    const { vocabulary, ids } = text('to be or not to be that is', { units: 'words' })
    expect(vocabulary.symbols).toEqual(['<unk>', ' be'])
    expect(vocabulary.decode(ids)).toBe(' <unk> be <unk> <unk> <unk> be <unk> <unk>')
    expect(text('a b a b c', { units: 'words', minCount: 1 }).vocabulary.symbols).toEqual([
      '<unk>',
      ' a',
      ' b',
      ' c',
      'a',
    ])
  })

  test('keeps the most frequent symbols, the first of equals', () => {
    expect(text('aaabbcd', { vocabulary: 3 }).vocabulary.symbols).toEqual(['<unk>', 'a', 'b'])
    expect(text('dcbadcba', { vocabulary: 3 }).vocabulary.symbols).toEqual(['<unk>', 'a', 'b'])
    expect(text('abab', { vocabulary: 2 ** 24 }).vocabulary.symbols).toEqual(['a', 'b'])
    expect(text('abc', { vocabulary: 3 }).vocabulary.symbols).toEqual(['a', 'b', 'c'])
  })

  test('of words decodes to itself where all are known', () => {
    fc.assert(
      fc.property(anyText, anyText, (known, string) => {
        // What stands for unknown words is none itself.
        fc.pre([...tokens(known, 'words')].filter((token) => !/^ ?<unk>$/.test(token)).length > 1)
        const { vocabulary } = text(known, { units: 'words', minCount: 1 })
        expect(vocabulary.encode(string).length).toBe([...tokens(string, 'words')].length)
        expect(vocabulary.decode(vocabulary.encode(known))).toBe(known.replace(/ ?<unk>/g, ' <unk>'))
      }),
      { examples: [['a b<unk><unk>', '']] },
    )
  })

  test('may be numbered by the vocabulary of another', () => {
    const { vocabulary } = text('abcdef')
    expect([...text('fed', { vocabulary }).ids]).toEqual([5, 4, 3])
    const words = text('a b a b', { units: 'words' }).vocabulary
    expect(text('b b c', { vocabulary: words }).units).toBe('words')
  })

  test('splits into two parts that are numbered alike', () => {
    const [training, validation] = text('abcdefghij').split(0.2)
    expect([training.string, validation.string]).toEqual(['abcdefgh', 'ij'])
    expect(validation.vocabulary.size).toBe(10)
    fc.assert(
      fc.property(anyText, fc.constantFrom('characters', 'words'), (string, units: 'characters' | 'words') => {
        fc.pre([...tokens(string, units)].length >= 4)
        const whole = text(string, { units, minCount: 1 })
        const parts = whole.split(0.5)
        expect(parts.map((part) => part.string).join('')).toBe(string)
        expect(parts.flatMap((part) => [...part.ids])).toEqual([...whole.ids])
      }),
    )
  })

  test('has a hash of its own', () => {
    expect(text('hello').hash).toBe('3610a686-5')
    expect(text('hellp').hash).not.toBe(text('hello').hash)
  })
})

describe('what is no good', () => {
  const refused = (string: unknown, options?: unknown, code = 'data'): string =>
    refusal(() => text(string as string, options as TextOptions), code)

  test('a text with nothing to predict', () => {
    expect(refused('')).toMatch('the text is empty')
    expect(refused('a')).toMatch(
      'the text has 1 of its characters; to see one and predict the next, at least 2 are needed',
    )
    expect(refused('𝄞')).toMatch('has 1 of its characters')
    expect(refused('word', { units: 'words', minCount: 1 })).toMatch('has 1 of its words')
  })

  test('no string, or half a character', () => {
    expect(refused(undefined)).toMatch('a string is needed, not undefined')
    expect(refused('ab\ud834c')).toMatch('at index 2 stands half a surrogate pair')
  })

  test('words that are all rare', () => {
    expect(refused('all of them once', { units: 'words' })).toMatch('none of the words is met 2 times')
  })

  test('options', () => {
    expect(refused('ab', { unit: 'words' }, 'option')).toMatch('did you mean units?')
    expect(refused('ab', { units: 'letters' }, 'option')).toMatch("'characters', 'words' or 'subwords'")
    expect(refused('ab', { minCount: 0 }, 'option')).toMatch('minCount is 0')
    expect(refused('ab', { vocabulary: 1 }, 'option')).toMatch('vocabulary is 1')
    expect(refused('ab', { vocabulary: '7' }, 'option')).toMatch("vocabulary is '7'")
    const { vocabulary } = text('ab')
    expect(refused('ab', { vocabulary, minCount: 2 }, 'option')).toMatch('one is given already')
    expect(refused('ab', { vocabulary, units: 'words' }, 'option')).toMatch("'characters', as the vocabulary's")
  })

  test('a split without room', () => {
    expect(refusal(() => text('abc').split(0.5), 'data')).toMatch(
      'the text has 3 characters; split, its parts would have 2 and 1',
    )
    expect(refusal(() => text('abc').split(1), 'option')).toMatch('share is 1')
  })

  test('an unknown character is named with its place and what to write instead', () => {
    const { vocabulary } = text("it's E.\nab")
    const unknown = (string: string): string => refusal(() => vocabulary.encode(string, 'the prompt'), 'data')
    expect(unknown('it\nsé')).toBe(
      "the prompt has at line 2, column 2 the character 'é' (U+00E9), which is not among the 10 known; write 'E' (U+0045) in its place",
    )
    expect(unknown('it’s')).toMatch("write ''' (U+0027) in its place")
    expect(unknown('𝄞𝄞')).toMatch("line 1, column 1 the character '𝄞' (U+1D11E)")
    expect(unknown('\u0007')).toMatch('the character U+0007,')
    expect(unknown('A')).toMatch("write 'a'")
  })

  test('characters that a vocabulary lacks are left out where that is asked for, and counted', () => {
    const { vocabulary } = text('abc\n')
    const read = text('a\u{1d11e}bé c', { vocabulary, unknown: 'skip' })
    expect([read.string, read.leftOut, [...read.ids]]).toEqual(['abc', 3, [1, 2, 3]])
    expect(text('cab', { vocabulary, unknown: 'skip' })).toMatchObject({ string: 'cab', leftOut: 0 })
    expect(read.hash).toBe(text('abc').hash)
    expect(refusal(() => text('éèa', { vocabulary, unknown: 'skip' }), 'data')).toMatch(
      "of the text's 3 characters the vocabulary has 1",
    )
    expect(refusal(() => text('abc', { vocabulary, unknown: 'drop' as 'skip' }), 'option')).toMatch(
      "must be 'error' or 'skip'",
    )
    expect(refusal(() => text('a!', { vocabulary }), 'data')).toMatch(
      "'!' (U+0021), which is not among the 4 known; leave it out",
    )
  })

  test('a vocabulary that is none', () => {
    expect(refusal(() => vocabularyOf([], 'characters'), 'data')).toMatch('1 to 16777216')
    expect(refusal(() => vocabularyOf(['a', 'bc'], 'characters'), 'data')).toMatch('symbol 1')
    expect(refusal(() => vocabularyOf(['a', 'a'], 'characters'), 'data')).toMatch('"a", is there twice')
    expect(refusal(() => vocabularyOf([''], 'words'), 'data')).toMatch('symbol 0')
    expect(refusal(() => vocabularyOf(['a'], 'characters').decode([1]), 'data')).toMatch('there is no symbol 1')
  })
})
