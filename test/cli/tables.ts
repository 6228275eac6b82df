import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { unrolled } from './terminal.ts'

export const words = [
  'anna',
  'bob',
  'otto',
  'abba',
  'level',
  'kayak',
  'noon',
  'civic',
  'banana',
  'bread',
  'kiosk',
  'oboe',
]
export const twice = words.flatMap((word) => [word, word + word, `${word}x${word}`])
export const isPalindrome = (word: string): boolean => word === [...word].reverse().join('')

/** Words, and whether they are palindromes. */
export const palindromes = `id,word,kind\n${twice.map((word, i) => `${i},${word},${isPalindrome(word) ? 'palindrome' : 'other'}`).join('\n')}\n`

/** Points in a square, a color, which half they are in, and a number that depends on all. */
export const points = Array.from({ length: 80 }, (_, i) => {
  const [a, b] = [(i % 10) / 10, Math.floor(i / 10) / 8]
  const color = ['red', 'green', 'blue'][i % 3]!
  return { a, b, color, half: a + b > 0.9 ? 'upper' : 'lower', sum: 100 + 10 * a - 5 * b + (color === 'red' ? 3 : 0) }
})
export const header = 'a,b,color,half,sum'
export const csvOf = (rows: readonly object[]): string =>
  `${header}\n${rows.map((row) => Object.values(row).join(',')).join('\n')}\n`

export const small = ['--hidden', '8', '--seed', '1']

/** Writes files and gives their paths. */
export async function written(folder: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  return Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    }),
  )
}

export async function printed(...args: string[]): Promise<string> {
  const { code, err, out } = await unrolled(args)
  expect([err, code]).toEqual(['', 0])
  return out
}

/** What a command that must fail says, and its exit code. */
export async function refused(...args: string[]): Promise<string> {
  const { code, err, out } = await unrolled(args)
  expect([code > 0, out]).toEqual([true, ''])
  expect(err).toMatch(/^error: /)
  expect(err).not.toMatch(/bug|\n\s+at /)
  return err
}
