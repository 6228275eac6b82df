import { createHash } from 'node:crypto'
import { dictionary } from 'cmu-pronouncing-dictionary'

/** A word and the ways it is said, each a list of sounds (ARPAbet). */
export interface Entry {
  readonly word: string
  readonly said: readonly (readonly string[])[]
}

export interface Dictionary {
  readonly training: readonly Entry[]
  /** To choose by, and to stop by. */
  readonly validation: readonly Entry[]
  readonly test: readonly Entry[]
}

/** A number from 0 to 1 that belongs to a word: in which part it is follows from it alone. */
const placeOf = (word: string): number => createHash('sha256').update(word).digest().readUInt32BE() / 2 ** 32

/**
 * The words of the dictionary that are written by letters and apostrophes alone, sounds without stress: of a word all that differ then.
 * A tenth of the words is the test, a fiftieth validation.
 */
export function pronunciations(share: number): Dictionary {
  const entries = new Map<string, Set<string>>()
  for (const [key, value] of Object.entries(dictionary)) {
    // A further way has its number behind the word; what is said of a word stands behind its sounds.
    const word = key.replace(/\(\d+\)$/, '')
    if (!/^[a-z']*[a-z][a-z']*$/.test(word)) continue
    const said = value.replace(/ *#.*/, '').replaceAll(/\d/g, '')
    entries.set(word, (entries.get(word) ?? new Set()).add(said))
  }
  const parts: Record<keyof Dictionary, Entry[]> = { training: [], validation: [], test: [] }
  for (const [word, said] of entries) {
    const place = placeOf(word)
    const part = place < 0.1 ? 'test' : place < 0.12 ? 'validation' : 'training'
    // A share of the words, drawn by what the places have left.
    if ((place * 1e4) % 1 < share) parts[part].push({ word, said: Array.from(said, (sounds) => sounds.split(' ')) })
  }
  return parts
}
