// Reports of what is written: BLEU against sacreBLEU 2.6.0 (no smoothing), edits against trying everything, and what evaluate makes of it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adam, evaluate, gru, pairs, predict, train, translator, type DataSet, type Pair } from 'unrolled'
import { bleu, bleuCounts } from '../../src/models/reports/bleu.ts'
import { edits } from '../../src/models/reports/edits.ts'
import { writingReport } from '../../src/models/reports/writing.ts'

const cut = (text: string): string[] => text.split(' ')
const together = (pairs: readonly (readonly [is: string, said: string])[]): number =>
  bleu(pairs.map(([is, said]) => bleuCounts(cut(is), cut(said))))

describe('BLEU', () => {
  const guide = [
    'It is a guide to action that ensures that the military will forever heed Party commands',
    'It is a guide to action which ensures that the military always obeys the commands of the party',
  ] as const
  const book = [
    'he was interested in world history because he read the book',
    'he read the book because he was interested in world history',
  ] as const
  const cat = ['the cat is on the mat', 'the cat sat on the mat'] as const

  test('is that of sacreBLEU, of one text and of several together', () => {
    expect(together([guide])).toBeCloseTo(0.41180376356915765, 12)
    expect(together([book])).toBeCloseTo(0.7400828044922856, 12)
    // No four words in a row are right.
    expect(together([cat])).toBe(0)
    expect(together([guide, book, cat])).toBeCloseTo(0.50781956911639774, 12)
  })

  test('costs what is left out', () => {
    const short = [
      ['he read the book because he was', 'he read the book'],
      ['he was interested in world history because', 'he was interested in'],
    ] as const
    expect(together(short)).toBeCloseTo(0.4723665527410149, 12)
  })

  test('counts no run more often than it is wanted, and leaves out lengths that no text reaches', () => {
    expect([...bleuCounts(cut('the cat is on the mat'), cut('the the the the')).slice(0, 4)]).toEqual([4, 6, 2, 4])
    expect(together([['a b', 'a b']])).toBe(1)
    expect(together([['a b', 'a c']])).toBe(0)
    expect(bleu([bleuCounts([], [])])).toBe(1)
    expect(bleu([bleuCounts(['a'], [])])).toBe(0)
  })
})

/** Every way to make one of the other. */
const fewest = (from: readonly string[], to: readonly string[]): number => {
  if (from.length === 0 || to.length === 0) return from.length + to.length
  const [a, b] = [from.slice(1), to.slice(1)]
  return Math.min(fewest(a, to) + 1, fewest(from, b) + 1, fewest(a, b) + (from[0] === to[0] ? 0 : 1))
}

test('edits are the fewest there are', () => {
  const word = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 })
  fc.assert(fc.property(word, word, (from, to) => edits(from, to) === fewest(from, to)))
})

describe('a report of what was written', () => {
  const all = [
    { is: 'ab cd', said: 'ab cd', source: 'ab cd' },
    { is: 'abc', said: 'acb', source: 'cba' },
    { is: 'ab', said: 'abcd', source: 'b' },
  ]

  test('tells what is exact, what is wrong by symbols, and what copying would give', () => {
    const report = writingReport(all, 'characters')
    expect(report).toMatchObject({
      exact: 1 / 3,
      symbolErrorRate: 4 / 10,
      copied: { exact: 1 / 3, symbolErrorRate: 3 / 10 },
    })
    expect(report.worst).toEqual([
      { index: 1, is: 'abc', said: 'acb', edits: 2 },
      { index: 2, is: 'ab', said: 'abcd', edits: 2 },
    ])
    for (const { value, interval } of report.figures) {
      expect(interval[0]).toBeLessThanOrEqual(value)
      expect(interval[1]).toBeGreaterThanOrEqual(value)
    }
    expect(report.exactInterval).toEqual([0, 1])
    expect(report.table()).toMatch(
      /^ +found +95 % +the source itself\n─+\nexact +33\.3 % +0\.0 % to 100\.0 % +33\.3 %\nsymbol errors/,
    )
  })

  test('counts errors by what symbols are: words also of subwords, and each sign of a script without blanks', () => {
    const errors = (units: 'words' | 'subwords' | 'tokens', is: string, said: string): number =>
      writingReport([{ is, said }], units).symbolErrorRate
    expect(errors('words', 'One two, three.', 'One too, three.')).toBe(1 / 5)
    expect(errors('subwords', 'One two, three.', 'One two three')).toBe(2 / 5)
    expect(errors('tokens', 'W EY1 L', 'W EY2 L')).toBe(1 / 3)
    expect(errors('words', '漢字かな abc漢', '漢字かな abc漢')).toBe(0)
    expect(errors('words', '漢字かな abc漢', '漢字がな abc漢')).toBe(1 / 6)
  })

  test('has nothing beside it where the source is no text, and says so of what was wanted empty', () => {
    const report = writingReport([{ is: '', said: 'ab' }], 'characters')
    expect(report).not.toHaveProperty('copied')
    expect(report).toMatchObject({ exact: 0, symbolErrorRate: 2 })
  })
})

test('evaluate asks a model that writes for all of its data, and holds it against what is wanted', async () => {
  const words = ['ab', 'ba', 'abc', 'cab', 'bca', 'acb']
  const reversed = (source: string): Pair => ({ source, target: [...source].reverse().join('') })
  const data = pairs(words.map(reversed))
  const model = translator(data, { cell: gru, hidden: 16, seed: 1 })
  await train(model, data, { steps: 40, batch: 6, optimizer: adam({ lr: 0.02 }) }).finish()
  const shares: number[] = []
  const held = pairs([...words, 'cba', 'bac'].map(reversed), { like: data })
  const report = await evaluate(model, held, { beam: 3, progress: (share) => shares.push(share) })
  const said = await predict(model, [...words, 'cba', 'bac'], { beam: 3 })
  const right = said.filter(({ text }, i) => text === held.targetTexts[i]).length
  expect(report).toMatchObject({ exact: right / 8, positions: held.steps })
  expect(report.metrics['accuracy']).toBeGreaterThan(0.5)
  expect(report.copied?.exact).toBe(0)
  expect(shares.at(-1)).toBe(1)
  expect(shares).toEqual([...shares].sort((a, b) => a - b))
  await expect(evaluate(model, held, { beams: 3 } as object)).rejects.toThrow(/did you mean beam\?/)
})

test('words that the model does not know are held against what they are, not against <unk>', async () => {
  const data = pairs([{ source: 'a b', target: 'x y' }], { units: 'words', minCount: 1 })
  const held = pairs([{ source: 'a b', target: 'x zebra' }], { like: data })
  const { worst } = await evaluate(translator(data, { cell: gru, hidden: 3 }), held)
  expect(worst[0]?.is).toBe('x zebra')
})

test('data that does not have its sequences at hand is measured by the loss alone', async () => {
  const { items, ...other } = pairs([{ source: 'ab', target: 'x' }])
  expect(items).toHaveLength(1)
  const model = translator(pairs([{ source: 'ab', target: 'x' }]), { cell: gru, hidden: 3 })
  expect(Object.keys(await evaluate(model, other as DataSet))).toEqual(['loss', 'positions', 'metrics'])
})
