import { printable, type Figure, type Labelled, type Report, type Table } from 'unrolled'
import { fitting } from '../live-line.ts'
import type { Measured } from '../material.ts'
import { grouped } from '../numbers.ts'
import { painted } from '../painted.ts'
import type { Terminal } from '../terminal.ts'
import { rowInWords, shownValue } from './row-in-words.ts'

/** Rows of a table as a model is measured on them. */
export function measuredRows(data: Labelled, table: Table, leftOut: readonly string[]): Measured {
  return {
    data,
    facts: { rows: table.rows, leftOut },
    lossUnit: 'loss',
    count: () => `${grouped(data.count)} ${data.roles.sequence === undefined ? 'rows' : 'sequences'}`,
    figures(result) {
      const { figures, loss } = result as Report & { loss: number }
      return [...figures.map((figure) => `${figure.name} ${shownFigure(figure)}`), `loss ${loss.toFixed(4)}`].join(', ')
    },
    details: (result, terminal) => [...leftOut, '', ...reportLines(result as Report, data, table, terminal)],
    event: (result) => reportEvent(result as Report, data, table),
  }
}

export const shownFigure = ({ value, share }: Pick<Figure, 'share' | 'value'>): string =>
  share ? `${(100 * value).toFixed(1)} %` : value.toPrecision(4)

/** A report as people read it, with the rows that a model was most wrong about. */
export function reportLines(report: Report, data: Labelled, table: Table, terminal: Terminal): string[] {
  const { worst } = report
  const lines = worst.map(({ index, is, said, probability, name }) => {
    const row = data.items[index]!.row!
    const sure = probability === undefined ? '' : ` (${(100 * probability).toFixed(1)} %)`
    const what = name === undefined ? '' : `${name} `
    return `  ${table.place(row)}: ${what}is ${shownValue(is)}, said ${shownValue(said)}${sure}: ${rowInWords(table, data.roles, row)}`
  })
  const head = worst.length === 0 ? [] : ['', 'most wrong']
  return [report.table(painted(terminal)), ...head, ...lines.map((line) => fitting(terminal, printable(line)))]
}

/** A report as machines read it. */
export const reportEvent = (report: Report, data: Labelled, table: Table): object => ({
  ...report,
  worst: report.worst.map((miss) => ({ ...miss, place: table.place(data.items[miss.index]!.row!) })),
})
