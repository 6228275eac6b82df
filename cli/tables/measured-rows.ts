import { printable, type Figure, type Labelled, type Miss, type Report, type Table } from 'unrolled'
import { fitting } from '../live-line.ts'
import type { Measured } from '../material.ts'
import { grouped } from '../numbers.ts'
import { painted } from '../painted.ts'
import type { Terminal } from '../terminal.ts'
import { rowsOfSequences } from './rows-of-sequences.ts'
import { rowInWords, shownValue } from './row-in-words.ts'

/** Rows of a table as a model is measured on them. */
export function measuredRows(data: Labelled, table: Table, leftOut: readonly string[]): Measured {
  return {
    data,
    facts: { rows: table.rows, leftOut },
    lossUnit: 'loss',
    count: () =>
      `${grouped(data.count)} ${data.roles.sequence === undefined ? 'row' : 'sequence'}${data.count === 1 ? '' : 's'}`,
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
  const rowOf = rowOfMisses(data, table)
  const lines = worst.map((miss) => {
    const { is, said, probability, name } = miss
    const row = rowOf(miss)
    const sure = probability === undefined ? '' : ` (${(100 * probability).toFixed(1)} %)`
    const what = name === undefined ? '' : `${name} `
    return `  ${table.place(row)}: ${what}is ${shownValue(is)}, said ${shownValue(said)}${sure}: ${rowInWords(table, data.roles, row)}`
  })
  const head = worst.length === 0 ? [] : ['', 'most wrong']
  return [report.table(painted(terminal)), ...head, ...lines.map((line) => fitting(terminal, printable(line)))]
}

/** A report as machines read it. */
export function reportEvent(report: Pick<Report, 'worst'>, data: Labelled, table: Table): object {
  const rowOf = rowOfMisses(data, table)
  return { ...report, worst: report.worst.map((miss) => ({ ...miss, place: table.place(rowOf(miss)) })) }
}

/** The row of a miss: of a sequence its first, of a step its own. */
function rowOfMisses({ items, roles }: Labelled, table: Table): (miss: Miss) => number {
  let sequences: readonly (readonly number[])[] | undefined
  return ({ index, step }) =>
    step === undefined ? items[index]!.row! : (sequences ??= rowsOfSequences(table, roles))[index]![step]!
}
