import { splitTable, UnrolledError, type SplitOptions, type Table } from 'unrolled'
import { number, string, type Options } from '../command.ts'
import { shareOrFiles } from '../share-or-files.ts'

/** A table in what is trained on and what is not. */
export interface Split {
  readonly training: Table
  /** Absent where nothing is held out. */
  readonly held?: Table
  /** How rows were told apart. */
  readonly how: string
  /** What is said of rows of those files that are left out. */
  readonly leftOut: readonly string[]
}

/** What is known of rows of which some are held out. */
interface Rows {
  /** Reads such rows from other files. */
  read(files: readonly string[]): Promise<{ readonly table: Table; readonly leftOut: readonly string[] }>
  /** The column of what keeps rows together. */
  readonly sequence?: string | undefined
  /** The column of labels, of each of which its share is held out. */
  readonly label?: string | undefined
  /** The share where nothing is said; 0.2. */
  readonly usual?: number
}

/** Holds out a share of the rows, or reads those that are held out from files of their own. */
export async function heldOut(table: Table, rows: Rows, options: Options): Promise<Split> {
  const { usual = 0.2 } = rows
  const { share = usual, files } = shareOrFiles(options, 'held')
  const { by, how } = wayOf(rows, options)
  if (files.length > 0) {
    const { table: held, leftOut } = await rows.read(files)
    return { training: table, held, leftOut, how: `of ${files.join(', ')}` }
  }
  if (share === 0) return { training: table, how: 'none', leftOut: [] }
  if (Math.round(table.rows * share) === 0) {
    throw new UnrolledError(
      'usage',
      `${table.name}: of ${table.rows === 1 ? 'one row' : `${table.rows} rows`} a share of ${share} is none; --held 0 holds nothing out, a file of its own is --held FILE`,
    )
  }
  const [training, held] = splitTable(table, { share, ...(by && { by }), seed: number(options, 'seed') ?? 0 })
  return { training, held, how, leftOut: [] }
}

function wayOf(
  { sequence, label }: Rows,
  options: Options,
): { readonly by?: NonNullable<SplitOptions['by']>; readonly how: string } {
  const [time, group] = [string(options, 'timeSplit'), string(options, 'groupSplit')]
  if (time !== undefined && (group ?? sequence) !== undefined) {
    throw new UnrolledError(
      'usage',
      `--time-split ${time} would tear apart rows that stay together, those of one ${group ?? sequence}; leave it away`,
    )
  }
  if (time !== undefined) return { by: { time }, how: `the latest by ${time}` }
  if (group !== undefined) return { by: { group }, how: `whole groups of ${group}` }
  if (sequence !== undefined) return { by: { group: sequence }, how: 'whole sequences' }
  return label === undefined ? { how: 'drawn' } : { by: { class: label }, how: `drawn, of each ${label} its share` }
}
