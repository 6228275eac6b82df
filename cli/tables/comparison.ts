import type { Report } from 'unrolled'
import { aligned } from '../aligned.ts'
import { shownFigure } from './measured-rows.ts'

/** Reports side by side, a line each, and what always saying the same gives. */
export function comparison(reports: Readonly<Record<string, Report>>): string {
  const [{ figures }] = Object.values(reports) as [Report]
  const rows = Object.entries(reports).map(([name, { figures }]) => [
    name,
    ...figures.map((figure) => {
      const [from, to] = figure.interval.map((value) => shownFigure({ value, share: figure.share }))
      return `${shownFigure(figure)} (${from} to ${to})`
    }),
  ])
  const constant = figures.map(({ constant, share }) =>
    constant === undefined ? '' : shownFigure({ value: constant, share }),
  )
  return aligned(
    [['beside it', ...figures.map(({ name }) => name)], ...rows, ['always the same', ...constant]],
    () => false,
  ).join('\n')
}
