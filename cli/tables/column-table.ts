import { printable, type Column } from 'unrolled'
import { aligned } from '../aligned.ts'
import { grouped } from '../numbers.ts'
import type { ColumnFacts } from './column-facts.ts'

/** What the types of columns are called. */
const called: Readonly<Record<Column['type'], string>> = {
  number: 'numbers',
  date: 'dates',
  string: 'text',
  boolean: 'true or false',
  list: 'lists',
  names: 'lists of names',
}

/** So many columns are shown, from the beginning. */
const mostColumns = 40

/** Columns as lines of text, one each: type, missing and different values, and which those are. */
export function columnTable(facts: ReadonlyMap<string, ColumnFacts>): string[] {
  const all = [...facts.values()]
  const rows = all
    .slice(0, mostColumns)
    .map((column) => [
      `  ${printable(column.name)}`,
      column.files ?? called[column.type],
      column.missing === 0 ? '' : `${grouped(column.missing)} missing`,
      column.type === 'list' || column.type === 'names' ? '' : `${grouped(column.different)} different`,
      printable(valuesOf(column).replaceAll(/\s+/g, ' ')),
    ])
  const more = all.length - rows.length
  return [
    ...aligned(rows, (column) => column === 2 || column === 3),
    ...(more > 0 ? [`  … ${grouped(more)} more`] : []),
  ]
}

/** The range of numbers and dates, the most frequent of other values. */
function valuesOf({ type, range, frequent, few }: ColumnFacts): string {
  if (range && type === 'date')
    return range.map((time) => new Date(time).toISOString().replace(/T00:00:00.000Z$|.000Z$/, '')).join(' to ')
  if (range && !few) return range.map((value) => String(Number(value.toPrecision(6)))).join(' to ')
  const most = few ? 6 : 2
  const shown = frequent.slice(0, most).map(([value, count]) => `${short(value)}${few ? ` (${grouped(count)})` : ''}`)
  return [...shown, ...(frequent.length > most ? ['…'] : [])].join(', ')
}

const short = (text: string): string => (text.length > 30 ? `${text.slice(0, 29)}…` : text)
