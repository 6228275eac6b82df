import { evaluate, printable, type Judged, type Model, type Pairs, type Report, type Table } from 'unrolled'
import { engineOf, on } from '../command.ts'
import { fitting } from '../live-line.ts'
import type { Measured, Showing } from '../material.ts'
import { grouped } from '../numbers.ts'
import { shownFigure } from '../tables/measured-rows.ts'
import type { Terminal } from '../terminal.ts'

/** Says how well a model writes what was held out. */
export async function reportHeld(
  model: Model,
  held: Pairs,
  table: Table,
  { terminal, options, signal }: Showing,
): Promise<void> {
  const found = await evaluate(model as Model as Judged<Report>, held, { signal, ...engineOf(options) })
  if (on(options, 'json')) {
    terminal.out(`${JSON.stringify({ event: 'report', of: model.kind, ...eventOf(found, table) })}\n`)
    return
  }
  terminal.out(
    `\non what was held out, by which training was ended\n${reportLines(found, held, table, terminal).join('\n')}\n`,
  )
}

/** Pairs as a model is measured on them. */
export function measured(data: Pairs, table: Table, leftOut: readonly string[]): Measured {
  return {
    data,
    facts: { pairs: data.count, leftOut },
    lossUnit: 'nats',
    count: () => `${grouped(data.count)} pairs`,
    figures(result) {
      const { figures, loss } = result as Report & { loss: number }
      return [...figures.map((figure) => `${figure.name} ${shownFigure(figure)}`), `loss ${loss.toFixed(4)}`].join(', ')
    },
    details: (result, terminal) => [...leftOut, '', ...reportLines(result as Report, data, table, terminal)],
    event: (result) => eventOf(result as Report, table),
  }
}

function reportLines(found: Report, { sourceTexts }: Pairs, table: Table, terminal: Terminal): string[] {
  const lines = found.worst.map(
    ({ index, is, said }) =>
      `  ${table.place(index)}: ${sourceTexts?.[index] ?? ''} is ${String(is)}, written ${String(said)}`,
  )
  const head = lines.length === 0 ? [] : ['', 'furthest from it']
  return [found.table(), ...head, ...lines.map((line) => fitting(terminal, printable(line)))]
}

const eventOf = (found: Report, table: Table): object => ({
  ...found,
  worst: found.worst.map((miss) => ({ ...miss, place: table.place(miss.index) })),
})
