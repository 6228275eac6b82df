import type { Column } from 'unrolled'

/** What files hold that a column names. */
export type KindOfFiles = 'pictures' | 'recordings'

/** Endings of files that are read, and of others of their kind, which people may try. */
const endings: Readonly<Record<KindOfFiles, RegExp>> = {
  pictures: /\.(png|jpe?g|gif|bmp|webp|tiff?)$/i,
  recordings: /\.(wav|mp3|flac|ogg|m4a|aac)$/i,
}

/** What files a column of texts names, where most of its cells look like names of such. */
export function filesIn(column: Column | undefined): KindOfFiles | undefined {
  if (column?.type !== 'string') return undefined
  const named = column.values.filter((text) => text !== undefined)
  return (Object.keys(endings) as KindOfFiles[]).find(
    (kind) => 2 * named.filter((text) => endings[kind].test(text)).length > named.length,
  )
}
