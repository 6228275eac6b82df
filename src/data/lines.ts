import { UnrolledError } from '../error.ts'
import { shown } from '../options.ts'
import type { LabelledSequence } from './labelled-sequence.ts'
import { sequenceData, type Sequences } from './sequence-data.ts'
import { checkTextOptions, checkWhole, knownPart, vocabularyFor, type TextOptions } from './text.ts'
import type { Units } from './units.ts'
import { lineEnd, type Vocabulary } from './vocabulary.ts'

/** Separate lines as data of a language model: names, commands, verses. */
export interface Lines extends Sequences {
  /** What the lines are cut into, those of the vocabulary. */
  readonly units: Units
  /** The symbols of the lines; its boundary is the line's end. */
  readonly vocabulary: Vocabulary
  /** How many of the given characters are in no line, because the vocabulary lacks them; see `TextOptions.unknown`. */
  readonly leftOut: number
}

/**
 * Makes a data set of the lines of a string, or of a list of them: each is a sequence of its own that begins from the line's end
 * before it, and in which every symbol is predicted, the line's end too. They are shuffled in training, and `generate` makes such
 * lines. Empty ones are left out.
 * @throws UnrolledError `data` where there is no line, and as `text`; `option` for wrong options.
 */
export function lines(given: string | readonly string[], options: TextOptions = {}): Lines {
  checkTextOptions('lines', options)
  const string = `${joined(given)}\n`
  checkWhole('lines', string)
  const vocabulary = vocabularyFor('lines', string, options, lineEnd)
  const { boundary, units } = vocabulary
  if (boundary === undefined) {
    throw new UnrolledError('data', 'lines: the vocabulary is of a text, without a symbol that begins and ends lines')
  }
  const { kept, leftOut } = knownPart('lines', string, vocabulary, options)
  const ids = vocabulary.encode(kept, 'the lines')
  // Each line's end is the beginning of the next.
  const all = new Float32Array(ids.length + 1)
  all[0] = boundary
  all.set(ids, 1)
  const items: LabelledSequence[] = []
  let longest = 0
  let steps = 0
  let from = 0
  for (let at = 1; at < all.length; at++) {
    if (all[at] !== boundary) continue
    const count = at - from
    if (count > 1) {
      items.push({ x: all.subarray(from, at), target: all.subarray(from + 1, at + 1) })
      longest = Math.max(longest, count)
      steps += count
    }
    from = at
  }
  if (items.length === 0) throw new UnrolledError('data', 'lines: there is no line')
  const counts = { columns: 1, targetColumns: 1, targets: 'each step', longest, steps } as const
  return sequenceData({ items, ...counts, units, vocabulary, leftOut })
}

function joined(given: unknown): string {
  if (typeof given === 'string') return given.replace(/\r\n?/g, '\n')
  if (!Array.isArray(given)) {
    throw new UnrolledError('data', `lines: a string or a list of strings is needed, not ${shown(given)}`)
  }
  for (let i = 0; i < given.length; i++) {
    const line: unknown = given[i]
    if (typeof line !== 'string') throw new UnrolledError('data', `lines: line ${i} is ${shown(line)}, not a string`)
    if (/[\r\n]/.test(line)) throw new UnrolledError('data', `lines: line ${i} has a line's end inside`)
  }
  return given.join('\n')
}
