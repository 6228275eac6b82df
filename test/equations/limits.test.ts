import { describe, expect, test } from 'vitest'
import { layerNorm, recurrentDropout, zoneout } from '../../src/cells/index.ts'
import { defineCell } from '../../src/cells/define-cell.ts'
import { UnrolledError } from '../../src/error.ts'
import { latex, print, understand } from '../../src/equations/index.ts'
import { nearest } from '../../src/nearest.ts'

/** Long enough for any machine, and far too short for what grows with the square of a text. */
const hang = 30_000
const longest = 64 * 1024

const many = (count: number, line: (i: number) => string, between = '\n'): string =>
  Array.from({ length: count }, (_, i) => line(i)).join(between)
/** Lines of which each is twice as wide as the one before. */
const doubling = (count: number, name: string, first: string): string =>
  [`${name}0 = ${first}`, many(count, (i) => `${name}${i + 1} = [${name}${i}, ${name}${i}]`)].join('\n')

function refusal(text: string): string {
  expect(text.length).toBeLessThanOrEqual(longest)
  try {
    understand(text)
  } catch (error) {
    expect(error).toBeInstanceOf(UnrolledError)
    return (error as UnrolledError).message
  }
  return expect.unreachable()
}

describe('texts that are refused', { timeout: hang }, () => {
  test.each<[what: string, text: string, message: string]>([
    ['two names of half the text each', `${'a'.repeat(32_000)} = h\nh' = ${'a'.repeat(32_000)}c`, 'there is no aaa'],
    [
      'an unknown name among thousands',
      `${many(1900, (i) => `${'ab'.repeat(12)}${i} = h`)}\nh' = abba`,
      'there is no abba',
    ],
    [
      'a header of thousands of sizes',
      `h' = h\n${many(4000, (i) => `size: a${i} = 1`)}`,
      'is not a name of these equations',
    ],
    ['a header of one long word', `${'a'.repeat(65_000)}: x`, 'there is no header'],
    [
      'sizes that are thousands wide once each is known by another',
      [
        many(12, (k) => doubling(10, `a${k}q`, `b${k}`)),
        many(11, (k) => `c${k} = b${k} + a${k + 1}q10`),
        `h' = W @ a0q10 + ${many(11, (k) => `W${k} @ c${k}`, ' + ')}`,
      ].join('\n'),
      'more than 1024 sizes',
    ],
    [
      'a number of columns that doubles',
      `size: b = 1048576\n${doubling(60, 'a', 'b')}\nh' = W @ a60`,
      '1048576 columns',
    ],
    [
      'wide sizes, none of them known, held against each other a thousand times',
      `${doubling(10, 'a', 'b')}\n${doubling(10, 'c', 'bd')}\nh' = W @ (a10${many(950, (i) => (i % 2 ? ' + a10' : ' + c10'), '')})`,
      'or too many of such',
    ],
    [
      'a short text of many products',
      `${doubling(8, 'a', 'h')}\nh' = ${many(8, (i) => `W${i} @ a8`, ' + ')}`,
      'more than 256 products',
    ],
    [
      'each of many matrices on many vectors',
      `a = [${many(250, () => 'h', ', ')}]\nh' = ${many(500, (i) => `W${i} @ a`, ' + ')}`,
      'more than 2000 products',
    ],
    ['a line that is corrected beside a long word', `h' = h x\n# ${'a'.repeat(65_000)}`, "write: h' = h * x"],
    ['digits without end', `h' = h + ${'1'.repeat(65_000)}`, 'too large a number'],
  ])('%s', (_, text, message) => {
    expect(refusal(text)).toContain(message)
    expect(refusal(text).length).toBeLessThan(1000)
  })
})

describe('texts at the limits are read, printed and modified', { timeout: hang }, () => {
  test.each<[what: string, text: string]>([
    ['a sum of a thousand terms', `h' = W @ h${' + h'.repeat(980)}`],
    ['hundreds of products', `h' = h${many(480, (i) => ` + W${i} @ h`, '')}`],
    ['a line of two hundred brackets', `h' = W @ ${'tanh('.repeat(98)}h${'/h)'.repeat(98)}`],
    ['nine hundred lines, each of the next', `${many(900, (i) => `a${i} = -a${i + 1}`)}\na900 = h\nh' = W @ a0`],
    ['many widths, none of them known', `a = [${many(60, (i) => `b${i}`, ', ')}]\nh' = W @ (a${' + a'.repeat(10)})`],
    ['empty lines', `${'\n'.repeat(65_000)}h' = W @ h`],
  ])('%s', (_, text) => {
    const meaning = understand(text)
    expect(print(understand(print(meaning.equations)).equations)).toBe(print(meaning.equations))
    expect(latex(meaning)).toContain('h_t')
    const cell = zoneout(layerNorm(defineCell(text)), 0.1)
    const all = /b0/.test(text) ? cell : recurrentDropout(cell, { rate: 0.1 })
    expect(all.parameters({ input: 2, hidden: 3 }).length).toBeGreaterThan(1)
    expect(all.latex()).toContain('h_t')
  })
})

describe('the nearest name is looked for', { timeout: hang }, () => {
  test('among no more than ten thousand', () => {
    let seen = 0
    function* candidates(): Generator<string> {
      for (; seen < 1_000_000; seen++) yield `gate${seen}`
    }
    expect(nearest('gate12x', candidates())).toBe('gate12')
    expect(seen).toBeLessThanOrEqual(10_000)
  })

  test('for names that a person writes', () => {
    const long = 'a'.repeat(64)
    expect(nearest(`${long.slice(1)}b`, [long])).toBe(long)
    // The product of the lengths of these is 10¹².
    expect(nearest('a'.repeat(1_000_000), ['a'.repeat(999_999)])).toBeUndefined()
  })

  test('as it was, though it stops where nothing can be near', () => {
    expect(nearest('hdiden', ['hidden'])).toBe('hidden')
    expect(nearest('abcdefghi', ['xbcdefgyz', 'xbcdefghiz', 'abcdefgih'])).toBe('abcdefgih')
    expect(nearest('ba', ['ab'])).toBe('ab')
    expect(nearest('zyxwvu', ['abcdef'])).toBeUndefined()
  })
})
