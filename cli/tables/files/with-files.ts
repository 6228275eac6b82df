import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { nearest, UnrolledError, type ColumnRoles, type Table, type Tensor } from 'unrolled'
import { besideRow } from './beside.ts'
import { filesIn, type KindOfFiles } from './kind-of-files.ts'
import { look, type Look, type Looking } from './look.ts'

/** The numbers of a file that a cell names. */
export interface FileNumbers extends Tensor {
  /** As the cell names it. */
  readonly file: string
}

export const isFile = (value: unknown): value is FileNumbers =>
  typeof value === 'object' && value !== null && 'file' in value

/** A table whose column of files holds what is in them. */
export interface Seen {
  readonly table: Table
  readonly kind?: KindOfFiles
  /** Of recordings, samples a second. */
  readonly rate?: number
}

/**
 * Reads the files that a column names, each as seen from the folder of its row's table, where it is all that is read of a row.
 * @throws UnrolledError `data` with row and column for what is not there, is none, or is of another size than the first. An aborted
 * signal throws its reason before the next file.
 */
export async function withFiles(
  table: Table,
  { x }: ColumnRoles,
  how: Looking,
  signal: AbortSignal | undefined,
): Promise<Seen> {
  const columns = [x ?? []].flat()
  const kindOf = (column: string): KindOfFiles | undefined =>
    table.columns.get(column)?.type === 'list' ? undefined : (how.kind ?? filesIn(table.columns.get(column)))
  const name = columns.find((column) => kindOf(column) !== undefined)
  if (name === undefined) return { table }
  if (columns.length > 1) {
    throw new UnrolledError('usage', `${name} names files, which are read by themselves: --x ${name} alone`)
  }
  const kind = kindOf(name)!
  const known = new Map<string, Look>()
  let first: { readonly path: string; readonly look: Look } | undefined
  const values: (FileNumbers | undefined)[] = []
  for (const [row, path] of table.column(name, 'string').values.entries()) {
    signal?.throwIfAborted()
    if (path === undefined) {
      values.push(undefined)
      continue
    }
    const place = `${table.place(row, name)}: ${path}`
    const file = besideRow(table, row, path)
    const found = known.get(file) ?? (await lookAt(kind, file, place, how))
    known.set(file, found)
    first ??= { path, look: found }
    if (!first.look.fits(found))
      throw new UnrolledError('data', `${place} has ${found.size}, ${first.path} ${first.look.size}; make them alike`)
    if (how.rate !== undefined && found.rate !== undefined && found.rate !== how.rate) {
      throw new UnrolledError('data', `${place} has ${found.size}; the model learnt from recordings of ${how.rate}`)
    }
    values.push({ ...found.numbers, file: path })
  }
  const rate = first?.look.rate
  return { table: table.with({ name, type: 'list', values }), kind, ...(rate !== undefined && { rate }) }
}

/** The same table with names in place of what is in the files: all that is shown of a row once a model has read it. */
export function withNames(table: Table): Table {
  const seen = [...table.columns.values()].filter(({ type, values }) => type === 'list' && values.some(isFile))
  return seen.reduce((named, { name, values }) => {
    const files = Array.from(values as readonly (FileNumbers | undefined)[], (value) => value?.file)
    return named.with({ name, type: 'string', values: files })
  }, table)
}

const wanted: Readonly<Record<KindOfFiles, { readonly ending: RegExp; readonly advice: string }>> = {
  pictures: { ending: /\.(png|jpe?g)$/i, advice: 'of pictures PNG and JPEG files are read; save it as .png' },
  recordings: { ending: /\.wav$/i, advice: 'of recordings WAV files are read; save it as .wav' },
}

async function lookAt(kind: KindOfFiles, path: string, place: string, how: Looking): Promise<Look> {
  const { ending, advice } = wanted[kind]
  if (!ending.test(path)) throw new UnrolledError('data', `${place}: ${advice}`)
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new UnrolledError(
      'data',
      `${place}: ${cause.code === 'ENOENT' ? missing(path) : `it cannot be read: ${cause.message}`}`,
      { cause },
    )
  })
  return look[kind](bytes, place, how)
}

function missing(path: string): string {
  const folder = dirname(path)
  const close = nearest(basename(path), namesIn(folder))
  return `there is no file ${path}${close === undefined ? '' : `; did you mean ${join(folder, close)}?`}`
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
