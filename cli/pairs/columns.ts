import { UnrolledError, type Model, type Pair, type Table } from 'unrolled'
import { string, type Options } from '../command.ts'

/** The columns of a table that are pairs. */
export interface PairColumns {
  readonly source: string
  readonly target: string
}

/** The columns that are asked for. */
export function askedColumns(options: Options): PairColumns {
  const source = string(options, 'source')
  const [target, ...more] = (options['target'] ?? []) as readonly string[]
  if (source !== undefined && target !== undefined && more.length === 0) return { source, target }
  throw new UnrolledError(
    'usage',
    'a translator reads one column of texts and writes another: --source english --target german',
  )
}

/** Those that a model was trained on, as its file tells. */
export function columnsOf({ record }: Model): PairColumns {
  const { source, target } = (record['columns'] ?? {}) as Partial<PairColumns>
  return { source: source ?? 'source', target: target ?? 'target' }
}

/** The texts of a column. */
export const textsIn = (table: Table, name: string): string[] =>
  (table.column(name, 'string').values as readonly (string | undefined)[]).map((text) => text ?? '')

/** The pairs of a table. */
export function pairsIn(table: Table, { source, target }: PairColumns): Pair[] {
  const [sources, targets] = [textsIn(table, source), textsIn(table, target)]
  return sources.map((text, row) => ({ source: text, target: targets[row]! }))
}
