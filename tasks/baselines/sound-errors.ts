import { bootstrap } from '../bootstrap.ts'

/** How far what is said of some words is from the nearest way that each is really said. */
export interface SoundErrors {
  /** Sounds to put in, leave out or replace, as a share of those that there are. */
  readonly sounds: number
  /** The share of words that are said in none of their ways. */
  readonly words: number
  /** Bounds of `sounds` with 95 % (bootstrap over words). */
  readonly interval: readonly [number, number]
}

type Ways = readonly (readonly string[])[]

export function soundErrors(is: readonly Ways[], said: readonly (readonly string[])[]): SoundErrors {
  const nearest = is.map((ways, i) => {
    const all = ways.map((way) => ({ wrong: distance(said[i]!, way), of: way.length }))
    return all.reduce((best, one) => (one.wrong / one.of < best.wrong / best.of ? one : best))
  })
  const rate = (some: readonly (typeof nearest)[number][]): number =>
    some.reduce((sum, { wrong }) => sum + wrong, 0) / some.reduce((sum, { of }) => sum + of, 0)
  return {
    sounds: rate(nearest),
    words: nearest.filter(({ wrong }) => wrong > 0).length / nearest.length,
    interval: bootstrap(nearest, rate),
  }
}

/** Levenshtein's distance (1966). */
function distance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  a.forEach((one, i) => {
    const next = [i + 1]
    b.forEach((other, j) => next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (one === other ? 0 : 1))))
    row = next
  })
  return row.at(-1)!
}
