/** SUM_ROWS, REDUCE_COLUMNS and SUM_SQUARES. */

import { Draft, type Shape } from '../draft.ts'
import { widths, type Case } from './case.ts'

const summed: Readonly<Record<string, Partial<Shape>>> = {
  'over steps and rows': { steps: 'same', rows: 'same' },
  'over steps': { steps: 'same' },
  'over rows': { rows: 'same' },
}

const sumRows: Case[] = widths.flatMap((columns) =>
  Object.entries(summed).flatMap(([name, shape]) =>
    [1, 3, 100].map((chunk) => ({
      name: `sum-rows: ${columns} columns ${name} in chunks of ${chunk}`,
      ...(name === 'over rows' ? { stepwise: true } : { chunk }),
      rowwise: name === 'over steps',
      draft: (mode) => {
        const draft = new Draft(mode)
        const source = draft.array({ columns, gap: 2 })
        const dest = draft.array({ columns, lead: 1, gap: 1, ...shape })
        draft.body.push({ kind: 'sum-rows', ...draft.span, source: source.place, dest: dest.place, columns, chunk })
        return draft
      },
    })),
  ),
)

const reductions: Case[] = (['sum', 'max'] as const).flatMap((reduction) =>
  [...widths, 257].map((columns) => ({
    name: `reduce-columns: ${reduction} of ${columns}`,
    rowwise: true,
    stepwise: true,
    exact: reduction === 'max',
    draft: (mode) => {
      const draft = new Draft(mode)
      const source = draft.array({ columns, gap: 3, lead: 1 })
      const dest = draft.array({ columns: 1, gap: 1 })
      const places = { source: source.place, dest: dest.place }
      draft.body.push({ kind: 'reduce-columns', ...draft.span, reduction, ...places, columns })
      return draft
    },
  })),
)

const squares: Case[] = [1, 3, 65, 4096, 4097, 10000].map((columns) => ({
  name: `sum-squares: ${columns}`,
  modes: ['outer'],
  draft: () => {
    const draft = new Draft()
    const source = draft.array({ columns, lead: 1, steps: 'same', rows: 'same' })
    const dest = draft.array({ columns: 1, lead: 2, steps: 'same', rows: 'same' })
    draft.finish.push({ kind: 'sum-squares', source: source.place, columns, dest: dest.place })
    return draft
  },
}))

export const sumCases: readonly Case[] = [...sumRows, ...reductions, ...squares]
