import { printable, type Figure, type Labelled, type Report, type Table } from 'unrolled'
import { fitting } from '../live-line.ts'
import type { Measured } from '../material.ts'
import { grouped } from '../numbers.ts'
import { painted } from '../painted.ts'
import type { Terminal } from '../terminal.ts'
import { rowsOfSequences } from './rows-of-sequences.ts'
import { rowInWords, shownValue } from './row-in-words.ts'

/** How rows were measured. */
interface Judged {
  readonly leftOut: readonly string[]
  /** Sequences side by side, where it was said. */
  readonly batch: number | undefined
}

/** Rows of a table as a model is measured on them. */
export function measuredRows(data: Labelled, table: Table, { leftOut, batch }: Judged): Measured {
  return {
    data,
    facts: { rows: table.rows, leftOut },
    lossUnit: 'loss',
    count: () => `${grouped(data.count)} ${data.roles.sequence === undefined ? 'rows' : 'sequences'}`,
    figures(result) {
      const { figures, loss } = result as Report & { loss: number }
      return [...figures.map((figure) => `${figure.name} ${shownFigure(figure)}`), `loss ${loss.toFixed(4)}`].join(', ')
    },
    details: (result, terminal) => [...leftOut, '', ...reportLines(result as Report, data, table, terminal, batch)],
    event: (result) => reportEvent(result as Report, data, table, batch),
  }
}

export const shownFigure = ({ value, share }: Pick<Figure, 'share' | 'value'>): string =>
  share ? `${(100 * value).toFixed(1)} %` : value.toPrecision(4)

/** A report as people read it, with the rows that a model was most wrong about. */
export function reportLines(
  report: Report,
  data: Labelled,
  table: Table,
  terminal: Terminal,
  batch?: number,
): string[] {
  const { worst } = report
  const rows = judgedRows(data, table, batch)
  const lines = worst.map(({ index, is, said, probability, name }) => {
    const row = rows[index]!
    const sure = probability === undefined ? '' : ` (${(100 * probability).toFixed(1)} %)`
    const what = name === undefined ? '' : `${name} `
    return `  ${table.place(row)}: ${what}is ${shownValue(is)}, said ${shownValue(said)}${sure}: ${rowInWords(table, data.roles, row)}`
  })
  const head = worst.length === 0 ? [] : ['', 'most wrong']
  return [report.table(painted(terminal)), ...head, ...lines.map((line) => fitting(terminal, printable(line)))]
}

/** A report as machines read it. */
export function reportEvent(report: Pick<Report, 'worst'>, data: Labelled, table: Table, batch?: number): object {
  const rows = judgedRows(data, table, batch)
  return { ...report, worst: report.worst.map((miss) => ({ ...miss, place: table.place(rows[miss.index]!) })) }
}

/** Sequences side by side where nothing is said. */
const usualBatch = 32

/** Rows in the order in which a model is measured on them: of steps, those of sequences side by side go together. */
function judgedRows({ items, targets, roles }: Labelled, table: Table, batch = usualBatch): number[] {
  if (targets !== 'each step') return items.map(({ row }) => row!)
  const groups = rowsOfSequences(table, roles)
  const rows: number[] = []
  for (let from = 0; from < groups.length; from += batch) {
    const some = groups.slice(from, from + batch)
    const longest = Math.max(...some.map(({ length }) => length))
    for (let t = 0; t < longest; t++) rows.push(...some.flatMap((group) => group.slice(t, t + 1)))
  }
  return rows
}
