import { readTable } from 'unrolled/node'
import type { Table } from 'unrolled'
import { sharedFile, sharedFiles } from './shared-folder.ts'

const files = ['train', 'dev'].map((part) => `ud-ewt/en_ewt-ud-${part}.conllu.gz`)

export const englishWebData =
  'Universal Dependencies English EWT (Silveira et al. 2014, CC BY-SA 4.0): trained on its training part, 12,544 sentences of 204,577 words; ' +
  'the test is its development part, 2,001 sentences'

export const englishWebFiles = sharedFiles(...files)

/** The two parts of the treebank, a row a word; a share of the first. */
export async function englishWeb(share: number): Promise<readonly [Table, Table]> {
  const [training, test] = (await Promise.all(files.map((file) => readTable(sharedFile(file))))) as [Table, Table]
  if (share === 1) return [training, test]
  const rows = Math.round(training.rows * share)
  return [
    training.select(Array.from({ length: rows }, (_, i) => i)),
    test.select(Array.from({ length: Math.round(test.rows * share) }, (_, i) => i)),
  ]
}
