import { createColors } from 'picocolors'
import { printable, type ColumnRoles, type Table, type Tensor } from 'unrolled'
import { aligned } from '../aligned.ts'
import { csvLine } from '../csv-line.ts'
import { fitting } from '../live-line.ts'
import type { Terminal } from '../terminal.ts'
import { lessLikely, rankedCells, rankedHead } from '../ranked.ts'
import { isFile } from './files/with-files.ts'
import type { Saying } from './n-best.ts'
import { rowInWords, shownValue } from './row-in-words.ts'
import { taggedText } from './tagged-text.ts'

/** What a model says of a sequence, or of one of its steps. */
interface Answer extends Saying {
  /** The row that this begins with. */
  readonly row: number
  /** Whether it is of that row alone, not of all that follow in its sequence. */
  readonly alone: boolean
}

/** A model that answers at each step says so of each. */
export const answersOf = (
  groups: readonly (readonly number[])[],
  sayings: readonly (Saying | readonly Saying[])[],
): Answer[] =>
  groups.flatMap((rows, i) => {
    const all = [sayings[i]!].flat()
    const alone = Array.isArray(sayings[i]) && all.length === rows.length
    return all.map((one, step) => ({ ...one, row: alone ? rows[step]! : rows[0]!, alone }))
  })

/** All that is told of an answer, the likeliest first. */
const ranksOf = ({ said, ranked = [said] }: Saying): readonly object[] => ranked

/** Shows answers, some at a time. */
type Show = (answers: readonly Answer[]) => void
/** Ways to show them. */
type Way = (terminal: Terminal, roles: ColumnRoles, table: Table, how: Showing) => Show

interface Showing {
  /** What stands between labels where a text holds several. */
  readonly separator?: string | undefined
  /** How many are told of each. */
  readonly count?: number | undefined
}

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
    for (const { row, said, ranked } of answers) {
      const about = { place: table.place(row), ...(sequence !== undefined && { sequence: table.row(row)[sequence] }) }
      terminal.out(`${JSON.stringify({ event: 'prediction', ...about, ...said, ...(ranked && { best: ranked }) })}\n`)
    }
  }

/** All columns of a row, of a sequence what names it; then what is said. */
export const asCsv: Way = (terminal, { sequence }, table, { separator = ';', count = 1 }) => {
  let columns: readonly string[] | undefined
  return (answers) => {
    for (const answer of answers) {
      const ranks = ranksOf(answer).map(cellsOf)
      const names = ranks[0]!.map(([name]) => name)
      if (!columns) {
        columns = sequence === undefined || answer.alone ? [...table.columns.keys()] : [sequence]
        terminal.out(csvLine([...columns, ...rankedHead(names, count)]))
      }
      const values = table.row(answer.row)
      const told = ranks.map((cells) => cells.map(([, cell]) => (Array.isArray(cell) ? cell.join(separator) : cell)))
      terminal.out(
        csvLine([
          ...columns.map((name) => csvCell(table, name, values[name])),
          ...rankedCells<unknown>(told, names, count),
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

/** Words with what each is said to be, a sentence a line; below it what else may be, and how much less likely that is. */
export const asTaggedText: Way = (terminal, { sequence }, table) => {
  const drawn = taggedText(terminal)
  const { dim } = createColors(terminal.colour)
  return (answers) => {
    const sentences = new Map<unknown, Answer[]>()
    for (const answer of answers) {
      const name = sequence === undefined ? answer.row : table.row(answer.row)[sequence]
      const known = sentences.get(name)
      if (known) known.push(answer)
      else sentences.set(name, [answer])
    }
    for (const words of sentences.values()) {
      const ranks = words.map((word) => ranksOf(word) as readonly RankedWord[])
      const [best] = ranks[0]!
      ranks[0]!.forEach(({ score }, k) => {
        const line = drawn(ranks.map((all) => all[k]!))
        terminal.out(k === 0 ? `${line}\n` : `  ${line} ${dim(lessLikely(score! - best!.score!))}\n`)
      })
    }
  }
}

interface RankedWord {
  readonly token: string
  readonly label: unknown
  /** Of all words of the sentence. */
  readonly score?: number
}

/** What is said, how sure that is, and of what. */
export const asTable: Way = (terminal, roles, table) => {
  let begun = false
  return (answers) => {
    const rows = answers.flatMap((answer) =>
      ranksOf(answer).map((one, k) => {
        const cells = cellsOf(one).map(([name, value]) => shownCell(name, value))
        // What else may be said stands below, of the same row.
        return k === 0
          ? [...cells, printable(rowInWords(table, roles, answer.row))]
          : [...cells.map((cell, i) => (i === 0 ? `  ${cell}` : cell)), '']
      }),
    )
    const head = [...cellsOf(ranksOf(answers[0]!)[0]!).map(([name]) => name), roles.text ?? roles.sequence ?? 'row']
    const lines = aligned([head, ...rows], () => false).map((line) => `${fitting(terminal, line)}\n`)
    terminal.out(lines.slice(begun ? 1 : 0).join(''))
    begun = true
  }
}

const shownCell = (name: string, value: unknown): string =>
  name === 'probability' ? `${(100 * (value as number)).toFixed(1)} %` : shownValue(value)
