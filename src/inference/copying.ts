import { isOfWords, tokens, type Vocabulary } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { Writing } from '../models/index.ts'
import type { Found } from './beam.ts'

/**
 * How words are copied that the vocabulary of the target lacks: for each `<unk>` the word of the source that was looked at most (Luong
 * et al. 2015, Addressing the Rare Word Problem, by attention in place of their positions).
 * @throws UnrolledError `option` for a model that cannot.
 */
export function copyingOf({ sourceVocabulary, targetVocabulary }: Writing, looks: boolean): Copying {
  const { units } = targetVocabulary
  if (!looks) throw new UnrolledError('option', 'predict: copy is for models with attention')
  if (!sourceVocabulary || sourceVocabulary.units !== units || !isOfWords(units)) {
    const read = sourceVocabulary?.units ?? 'numbers'
    throw new UnrolledError(
      'option',
      `predict: copy is for models that read and write words, or tokens; this one reads ${read} and writes ${units}`,
    )
  }
  return {
    words: (source) => [...tokens(source, units)],
    text: (found, words) => withCopies(found, targetVocabulary, words),
  }
}

export interface Copying {
  /** The words of a source, one for each of its steps. */
  words(source: string): readonly string[]
  /** What was found, beside the words of its source. */
  text(found: Found, words: readonly string[]): string
}

function withCopies({ ids, looked }: Found, { unknown, decode, units }: Vocabulary, words: readonly string[]): string {
  const parts = ids.map((id, i) => {
    const at = id === unknown ? largest(looked![i]!, words.length) : -1
    // Blanks belong to the words behind them, but the first word of a text has none.
    return at < 0 ? decode([id]) : at === 0 && i > 0 && units === 'words' ? ` ${words[0]}` : words[at]!
  })
  const text = parts.join(units === 'tokens' ? ' ' : '')
  return ids[0] === unknown ? text.trimStart() : text
}

/** Which of the first numbers is the largest; -1 where there are none. */
function largest(numbers: Float32Array, count: number): number {
  let best = -1
  for (let i = 0; i < count; i++) if (best < 0 || numbers[i]! > numbers[best]!) best = i
  return best
}
