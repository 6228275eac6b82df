import {
  UnrolledError,
  type ColumnRoles,
  type LabelledOptions,
  type Model,
  type Speaking,
  type Table,
  type TableOptions,
} from 'unrolled'
import { number, on, string, type Options } from '../command.ts'
import { given } from '../given.ts'
import { readSettings } from '../read-option.ts'
import type { Looking } from './files/look.ts'
import { withFiles, withNames, type Seen } from './files/with-files.ts'
import { readRows, type KnownColumns } from './read-rows.ts'
import type { Task } from './task.ts'
import { readAsText, taskOf, textColumns } from './tasks.ts'
import { toldColumns } from './told-columns.ts'
import { withElapsed } from './with-elapsed.ts'
import { columnsToTell, wholeRows } from './whole-rows.ts'

/** How the chosen columns are read. No text that comes later is sure to have no new sign; what is rare stands for that. */
export function readingOptions(options: Options, { text, caption }: ColumnRoles): Partial<LabelledOptions> {
  const texts = (text ?? caption) !== undefined
  return {
    ...(on(options, 'words') && { units: 'words' }),
    ...(on(options, 'characters') && { units: 'characters' }),
    ...given({
      minCount: number(options, 'minCount') ?? (texts ? 2 : undefined),
      longest: number(options, 'longest'),
      steps: number(options, 'cut'),
    }),
    ignoreUnknown: ignoring(string(options, 'unknown') ?? (texts ? 'ignore' : 'error')),
  }
}

function ignoring(how: string): boolean {
  if (how === 'ignore' || how === 'error') return how === 'ignore'
  throw new UnrolledError('usage', `--unknown ${how}: it is error or ignore`)
}

/** What a model's file keeps of how its tables are read, beside what the model knows itself. */
export type KeptReading = { readonly elapsed?: boolean } & Pick<LabelledOptions, 'separator'> &
  Pick<TableOptions, 'types' | 'missing'> &
  Omit<Looking, 'sees'>

/** The same, as options say it. */
export function askedReading(options: Options, { labels }: ColumnRoles): KeptReading {
  const separator = string(options, 'separator')
  if (separator !== undefined && labels === undefined) {
    throw new UnrolledError('usage', '--separator stands between the labels of --labels <column>; leave it away')
  }
  const colours = string(options, 'colours')
  if (colours !== undefined && colours !== 'grey' && colours !== 'rgb') {
    throw new UnrolledError('usage', `--colours ${colours}: it is grey or rgb`)
  }
  const { missing } = readSettings(options)
  return given({
    separator,
    colours,
    bands: number(options, 'bands'),
    missing,
    elapsed: on(options, 'elapsed') || undefined,
  })
}

/** Refuses what is said of files that no column names. */
export function checkLooking({ kind }: Seen, options: Options): void {
  const odd = Object.entries({ colours: 'pictures', bands: 'recordings' } as const).find(
    ([option, of]) => options[option] !== undefined && kind !== of,
  )
  if (odd) throw new UnrolledError('usage', `--${odd[0]} is for ${odd[1]} that a column names; leave it away`)
}

/** The same, as the file of a model tells it. */
export function keptReading({ record }: Model): KeptReading {
  const { separator, kind, colours, bands, rate, types, missing, elapsed } = (record['reading'] ?? {}) as Readonly<
    Record<string, unknown>
  >
  return given({
    separator: typeof separator === 'string' ? separator : undefined,
    kind: kind === 'pictures' || kind === 'recordings' ? kind : undefined,
    colours: colours === 'grey' || colours === 'rgb' ? colours : undefined,
    bands: typeof bands === 'number' ? bands : undefined,
    rate: typeof rate === 'number' ? rate : undefined,
    elapsed: elapsed === true || undefined,
    missing: Array.isArray(missing) ? (missing as string[]) : undefined,
    types: typeof types === 'object' && types !== null ? (types as TableOptions['types']) : undefined,
  })
}

/** Of which type the columns are that roles name: what a few later rows look like alone need not be what they are. */
export const typesIn = (table: Table, roles: ColumnRoles): NonNullable<TableOptions['types']> =>
  Object.fromEntries(
    [...readColumns(roles), ...toldColumns(roles)]
      .filter((name) => table.columns.has(name))
      .map((name) => [name, table.column(name).type] as const),
  )

/** What is known of the columns that are read before rows to be answered are. */
export function columnsRead(roles: ColumnRoles, { types = {}, missing }: KeptReading): KnownColumns {
  const known = readColumns(roles).flatMap((name) => (types[name] === undefined ? [] : [[name, types[name]] as const]))
  return { texts: readAsText(roles), types: Object.fromEntries(known), ...given({ missing }) }
}

const readColumns = ({ x, sequence, time }: ColumnRoles): string[] =>
  [x, sequence, time].flat().filter((name) => name !== undefined)

/** What is known of rows before they are read. */
export interface Known {
  readonly task: Task
  readonly roles: ColumnRoles
  readonly kept: KeptReading
  /** Ends reading early. */
  readonly signal?: AbortSignal
}

/** Rows that were read from files: those in which something stands wherever it must, with what is in the files that they name. */
export async function wholeAndSeen(read: Table, { task, roles, kept, signal }: Known, options: Options) {
  const { table, leftOut } = wholeRows(read, columnsToTell(read, roles, options), options)
  const timed = await withElapsed(table, roles, kept.elapsed)
  return { ...(await withFiles(timed, roles, { ...kept, sees: task.sees }, signal)), leftOut }
}

/** The same of files. */
export async function rowsOf(files: readonly string[], known: Known, options: Options) {
  const { task, roles, kept } = known
  const columns = { texts: textColumns(task, roles), ...given({ types: kept.types, missing: kept.missing }) }
  return wholeAndSeen(await readRows(files, columns, options), known, options)
}

/** Rows of files as a model reads them. */
export async function readLike(like: Speaking<object>, files: readonly string[], options: Options) {
  const [task, kept] = [taskOf(like)!, keptReading(like)]
  const { table, leftOut } = await rowsOf(files, { task, roles: like.roles, kept }, options)
  const data = task.read(table, { like, ...given({ separator: kept.separator }) })
  return { data, table: withNames(table), leftOut }
}
