import { UnrolledError } from '../../error.ts'
import type { TableOptions } from './options.ts'
import type { Decimal } from './read-number.ts'

/** What stands in a file, cell by cell, before anybody asks what it means. */
export interface Sheet {
  readonly name: string
  readonly names: readonly string[]
  /** By column, then by row. */
  readonly cells: readonly (readonly unknown[])[]
  readonly rows: number
  /** Where a row stands, as people count: `row 17`, `line 3`. */
  readonly rowName: (row: number) => string
  /** What was sniffed, as the description says it. */
  readonly said: readonly string[]
  /** Whether a number is told from a text that looks like one, as in JSON. */
  readonly typed: boolean
  readonly decimal: Decimal
  /** What the format says of its columns, where the reader does not say otherwise. */
  readonly types?: TableOptions['types']
}

/** A way to write rows into a text. */
export interface Format {
  /** Whether a text looks like it. */
  readonly sniff: (text: string) => boolean
  readonly sheet: (text: string, name: string, options: TableOptions) => Sheet | Promise<Sheet>
}

/** A sheet of columns by name, each row of which begins in a line of the text. */
export function sheetOf(
  name: string,
  columns: Readonly<Record<string, readonly unknown[]>>,
  lines: readonly number[],
  about: Pick<Sheet, 'said' | 'types'>,
): Sheet {
  if (lines.length === 0) throw empty(name)
  return {
    name,
    names: Object.keys(columns),
    cells: Object.values(columns),
    rows: lines.length,
    rowName: (row) => `line ${lines[row]!}`,
    typed: true,
    decimal: '.',
    ...about,
  }
}

export const empty = (name: string): UnrolledError =>
  new UnrolledError('data', `${name} is empty; a table has a row at least`)

/** Lines of a text with their numbers, from 1. */
export const linesOf = (text: string): readonly (readonly [line: string, number: number])[] =>
  text.split(/\r\n|\n|\r/).map((line, i) => [line, i + 1])

/** `3 sentences`, `1 sentence`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`

/** What was passed over, where there was any. */
export const passedOver = (count: number, one: string, many?: string): string[] =>
  count === 0 ? [] : [`${counted(count, one, many)} passed over`]
