import { UnrolledError, type ColumnRoles, type LabelledOptions, type Speaking } from 'unrolled'
import { number, on, string, type Options } from '../command.ts'
import { given } from '../given.ts'
import { readRows } from './read-rows.ts'
import type { TableReading } from './task.ts'
import { taskOf, textColumns } from './tasks.ts'
import { columnsToTell, wholeRows } from './whole-rows.ts'

/** How the chosen columns are read. No text that comes later is sure to have no new sign; what is rare stands for that. */
export function readingOptions(options: Options, { text, caption }: ColumnRoles): Partial<LabelledOptions> {
  const texts = (text ?? caption) !== undefined
  return {
    ...(on(options, 'words') && { units: 'words' }),
    ...(on(options, 'characters') && { units: 'characters' }),
    ...given({
      separator: string(options, 'separator'),
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

/** As a model reads tables, by what its file tells. */
export function readAs(like: Speaking<object>): TableReading {
  const { separator } = (like.record['options'] ?? {}) as { readonly separator?: unknown }
  return { like, ...(typeof separator === 'string' && { separator }) }
}

/** Rows of files as a model reads them. */
export async function readLike(like: Speaking<object>, files: readonly string[], options: Options) {
  const task = taskOf(like)!
  const read = await readRows(files, textColumns(task, like.roles))
  const { table, leftOut } = wholeRows(read, columnsToTell(like.roles), options)
  return { data: task.read(table, readAs(like)), table, leftOut }
}
