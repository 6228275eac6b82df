import type { Figure, Report } from 'unrolled'
import { aligned } from '../aligned.ts'
import { shownFigure } from './measured-rows.ts'

/** A report of what stands beside a model: what was only counted has no bounds. */
export interface BesideReport extends Pick<Report, 'worst'> {
  readonly figures: readonly (Omit<Figure, 'interval'> & Partial<Pick<Figure, 'interval'>>)[]
}

/** Reports side by side, a line each, and what always saying the same gives. */
export function comparison(reports: Readonly<Record<string, BesideReport>>): string {
  const [{ figures }] = Object.values(reports) as [BesideReport]
  const rows = Object.entries(reports).map(([name, report]) => [
    name,
    ...figures.map(({ name }) => {
      const figure = report.figures.find((one) => one.name === name)
      if (!figure?.interval) return figure ? shownFigure(figure) : ''
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
