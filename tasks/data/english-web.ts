import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readTable } from 'unrolled/node'
import type { Table } from 'unrolled'
import type { Source } from '../task.ts'

const folder = join(import.meta.dirname, '../../../shared/data/ud-ewt')
const files = ['train', 'dev'].map((part) => join(folder, `en_ewt-ud-${part}.conllu.gz`))

export const englishWebData =
  'Universal Dependencies English EWT (Silveira et al. 2014, CC BY-SA 4.0): trained on its training part, 12,544 sentences of 204,577 words; ' +
  'the test is its development part, 2,001 sentences'

export const englishWebFiles: Source = {
  missing: () =>
    files.every((file) => existsSync(file))
      ? undefined
      : 'the files of the treebank UD English-EWT are not in shared/data/ud-ewt',
}

/** The two parts of the treebank, a row a word; a share of the first. */
export async function englishWeb(share: number): Promise<readonly [Table, Table]> {
  const [training, test] = (await Promise.all(files.map((file) => readTable(file)))) as [Table, Table]
  if (share === 1) return [training, test]
  const rows = Math.round(training.rows * share)
  return [
    training.select(Array.from({ length: rows }, (_, i) => i)),
    test.select(Array.from({ length: Math.round(test.rows * share) }, (_, i) => i)),
  ]
}
