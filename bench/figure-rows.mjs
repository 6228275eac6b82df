import { rowBase } from './row.mjs'
import { median } from './statistics.mjs'

/**
 * The rows of one who measures by itself: one for each of the figures that every round brought.
 * @returns {import('./row.mjs').Row[]}
 */
export function figureRows(
  /** @type {import('./cases.mjs').Case} */ c,
  /** @type {import('./measure.mjs').Run} */ { contender, about, figures },
) {
  const { event: _, ...known } = about ?? {}
  return figures[0].map(({ name, note, form, rows, ...figure }, i) => {
    const unit = 'gigaflops' in figure ? 'gigaflops' : 'gigabytes'
    const rates = figures.map((round) => round[i][unit])
    return {
      ...rowBase(c, contender),
      ...(name && { label: name }),
      form,
      rows,
      about: { ...known, note },
      [unit]: median(rates),
      slowest: Math.min(...rates),
      fastest: Math.max(...rates),
      rounds: rates.length,
    }
  })
}
