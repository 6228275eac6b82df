import type { NamedContent } from '../data/table/index.ts'
import { expandFiles, type FileKind } from './expand.ts'
import { readBytes } from './read-bytes.ts'
import { isParquet, readParquet } from './read-parquet.ts'

const tables: FileKind = {
  called: '.csv, .tsv, .json, .jsonl, .parquet, .conllu, .fasta or .ts',
  fits: /\.(csv|tsv|tab|json|jsonl|ndjson|parquet|conllu|conll|bio|fasta|fa|ts)(\.gz)?$/,
}

/** What files of tables hold; see `expandFiles` for patterns. None may have more bytes than `limit`, packed or unpacked. */
export async function readTableFiles(patterns: string | readonly string[], limit: number): Promise<NamedContent[]> {
  const advice =
    'split it, leave columns out that are not needed, or say limit: with more where there is memory for fifteen times as much'
  const contents: NamedContent[] = []
  for (const file of await expandFiles(typeof patterns === 'string' ? [patterns] : patterns, tables)) {
    const most = { bytes: limit, advice }
    const bytes = await readBytes(file, most)
    const name = file === '-' ? 'standard input' : file
    contents.push(
      isParquet(bytes)
        ? { name, content: await readParquet(bytes, name, most), format: 'Parquet' }
        : { name, content: bytes },
    )
  }
  return contents
}
