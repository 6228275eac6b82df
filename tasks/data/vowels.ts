import type { Table } from 'unrolled'
import { readTable } from 'unrolled/node'
import { sharedFile, sharedFiles } from './shared-folder.ts'

const file = (part: string): string => `japanese-vowels/JapaneseVowels_${part}.ts.gz`

export const vowelFiles = sharedFiles(file('TRAIN'), file('TEST'))

/**
 * Japanese Vowels (Kudo et al. 1999): nine men say the vowels "ae". Of each utterance `x` has 7 to 29 steps of 12 coefficients of a
 * linear prediction, and `class` the speaker.
 */
export async function vowels(part: 'TRAIN' | 'TEST', share: number): Promise<Table> {
  const utterances = await readTable(sharedFile(file(part)))
  const every = Math.round(1 / share)
  return utterances.select([...Array(utterances.rows).keys()].filter((row) => row % every === 0))
}
