import { checkNumber } from '../options.ts'
import type { Units } from './units.ts'
import type { VocabularyCut } from './vocabulary.ts'

/** Symbols met less often are left out, where nothing is said: words met once are mostly names, and pieces met once are words. */
const usualCount: Readonly<Record<Units, number>> = { characters: 1, words: 2, subwords: 2, tokens: 1 }

const most = 2 ** 24
const usualLargest: Readonly<Record<Units, number>> = { characters: most, words: most, subwords: 4000, tokens: most }

/** What is to be kept of texts cut into such units. `owner` is what takes the options. */
export function cutBy(
  owner: string,
  { minCount, vocabulary }: { readonly minCount?: number; readonly vocabulary?: unknown },
  units: Units,
): Pick<VocabularyCut, 'minCount' | 'largest'> {
  return {
    minCount: checkNumber(owner, 'minCount', minCount ?? usualCount[units], { from: 1, whole: true }),
    largest: checkNumber(owner, 'vocabulary', vocabulary ?? usualLargest[units], { from: 2, to: most, whole: true }),
  }
}
