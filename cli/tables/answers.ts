import { printable, type ColumnRoles, type Table, type Tensor } from 'unrolled'
import { aligned } from '../aligned.ts'
import { csvLine } from '../csv-line.ts'
import { fitting } from '../live-line.ts'
import type { Terminal } from '../terminal.ts'
import { isFile } from './files/with-files.ts'
import { rowInWords, shownValue } from './row-in-words.ts'
import { taggedText } from './tagged-text.ts'

/** What a model says of a sequence, or of one of its steps. */
interface Answer {
  /** The row that this begins with. */
  readonly row: number
  /** Whether it is of that row alone, not of all that follow in its sequence. */
  readonly alone: boolean
  readonly said: object
}

/** A model that answers at each step says so of each. */
export const answersOf = (groups: readonly (readonly number[])[], said: readonly object[]): Answer[] =>
  groups.flatMap((rows, i) => {
    const all = [said[i]!].flat()
    const alone = Array.isArray(said[i]) && all.length === rows.length
    return all.map((one, step) => ({ row: alone ? rows[step]! : rows[0]!, alone, said: one }))
  })

/** Shows answers, some at a time. */
type Show = (answers: readonly Answer[]) => void
/** Ways to show them; `separator` stands between labels where a text holds several. */
type Way = (terminal: Terminal, roles: ColumnRoles, table: Table, separator?: string) => Show

type Cell = string | number | boolean | readonly string[]

/** What is said as cells of a table: names and numbers, lists of names, and of several targets each by its name. */
const cellsOf = (said: object): (readonly [string, Cell])[] =>
  Object.entries(said).flatMap(([name, value]: [string, unknown]) =>
    typeof value !== 'object' || name === 'labels'
      ? [[name, value as Cell] as const]
      : name === 'values'
        ? Object.entries(value as Record<string, number>)
        : [],
  )

/** An object a line. */
export const asJson: Way =
  (terminal, { sequence }, table) =>
  (answers) => {
    for (const { row, said } of answers) {
      const about = { place: table.place(row), ...(sequence !== undefined && { sequence: table.row(row)[sequence] }) }
      terminal.out(`${JSON.stringify({ event: 'prediction', ...about, ...said })}\n`)
    }
  }

/** All columns of a row, of a sequence what names it; then what is said. */
export const asCsv: Way = (terminal, { sequence }, table, separator = ';') => {
  let columns: readonly string[] | undefined
  return (answers) => {
    for (const { row, alone, said } of answers) {
      const cells = cellsOf(said)
      if (!columns) {
        columns = sequence === undefined || alone ? [...table.columns.keys()] : [sequence]
        terminal.out(csvLine([...columns, ...cells.map(([name]) => `predicted ${name}`)]))
      }
      const values = table.row(row)
      terminal.out(
        csvLine([
          ...columns.map((name) => csvCell(table, name, values[name])),
          ...cells.map(([, cell]) => (Array.isArray(cell) ? cell.join(separator) : cell)),
        ]),
      )
    }
  }
}

function csvCell(table: Table, name: string, value: unknown): unknown {
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return ''
    return table.column(name).type === 'date' ? new Date(value).toISOString() : value
  }
  if (isFile(value)) return value.file
  if (Array.isArray(value)) return JSON.stringify(value)
  return typeof value === 'object' && value !== null && 'data' in value
    ? JSON.stringify(nested(value as Tensor))
    : value
}

/** Numbers as they stood in the file. */
const nested = ({ shape: [steps = 0, columns], data }: Tensor): unknown[] =>
  columns === undefined
    ? [...data]
    : Array.from({ length: steps }, (_, step) => [...data.subarray(step * columns, (step + 1) * columns)])

/** Words with what each is said to be, a sentence a line. */
export const asTaggedText: Way = (terminal, { sequence }, table) => {
  const drawn = taggedText(terminal)
  return (answers) => {
    const sentences = new Map<unknown, { token: string; label: unknown }[]>()
    for (const { row, said } of answers) {
      const name = sequence === undefined ? row : table.row(row)[sequence]
      const known = sentences.get(name)
      const word = said as { token: string; label: unknown }
      if (known) known.push(word)
      else sentences.set(name, [word])
    }
    for (const words of sentences.values()) terminal.out(`${drawn(words)}\n`)
  }
}

/** What is said, how sure that is, and of what. */
export const asTable: Way = (terminal, roles, table) => {
  let begun = false
  return (answers) => {
    const rows = answers.map(({ row, said }) => [
      ...cellsOf(said).map(([name, value]) => shownCell(name, value)),
      printable(rowInWords(table, roles, row)),
    ])
    const head = [...cellsOf(answers[0]!.said).map(([name]) => name), roles.text ?? roles.sequence ?? 'row']
    const lines = aligned([head, ...rows], () => false).map((line) => `${fitting(terminal, line)}\n`)
    terminal.out(lines.slice(begun ? 1 : 0).join(''))
    begun = true
  }
}

const shownCell = (name: string, value: unknown): string =>
  name === 'probability' ? `${(100 * (value as number)).toFixed(1)} %` : shownValue(value)
