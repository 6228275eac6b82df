import type { NamedContent } from '../data/table/index.ts'
import { expandFiles, type FileKind } from './expand.ts'
import { readBytes } from './read-bytes.ts'

const tables: FileKind = { called: '.csv, .tsv, .json or .jsonl', fits: /\.(csv|tsv|tab|json|jsonl|ndjson)(\.gz)?$/ }

/** What files of tables hold; see `expandFiles` for patterns. None may have more bytes than `limit`, packed or unpacked. */
export async function readTableFiles(patterns: string | readonly string[], limit: number): Promise<NamedContent[]> {
  const advice =
    'split it, leave columns out that are not needed, or say limit: with more where there is memory for fifteen times as much'
  const contents: NamedContent[] = []
  for (const file of await expandFiles(typeof patterns === 'string' ? [patterns] : patterns, tables)) {
    const content = await readBytes(file, { bytes: limit, advice })
    contents.push({ name: file === '-' ? 'standard input' : file, content })
  }
  return contents
}
