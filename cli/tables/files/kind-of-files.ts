import { UnrolledError, type Column } from 'unrolled'

/** What files hold that a column names. */
export type KindOfFiles = 'pictures' | 'recordings'

/** Endings of files that are read, and of others of their kind, which people may try. */
const endings: Readonly<Record<KindOfFiles, RegExp>> = {
  pictures: /\.(png|jpe?g|gif|bmp|webp|tiff?)$/i,
  recordings: /\.(wav|mp3|flac|ogg|m4a|aac)$/i,
}

const kinds = Object.keys(endings) as KindOfFiles[]

/** What files a column of texts names, where most of its cells look like names of such. */
export function filesIn(column: Column | undefined): KindOfFiles | undefined {
  if (column?.type !== 'string') return undefined
  const named = column.values.filter((text) => text !== undefined)
  return kinds.find((kind) => 2 * named.filter((text) => endings[kind].test(text)).length > named.length)
}

/** Refuses pictures and recordings in the place of tables that name them. */
export function checkTables(files: readonly string[]): void {
  for (const file of files) {
    const kind = kinds.find((kind) => endings[kind].test(file))
    if (kind === undefined) continue
    throw new UnrolledError('usage', `${file} is no table; ${kind} are read where a column of a table names them`)
  }
}
