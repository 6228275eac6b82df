/** What sums, and finds the largest: over rows and over columns. */

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

const weightedSums: Case[] = widths.flatMap((columns) =>
  Object.entries(summed).flatMap(([name, shape]) =>
    [1, 3].map((chunk) => ({
      name: `weighted-sum: ${columns} columns ${name} in chunks of ${chunk}`,
      ...(name === 'over rows' ? { stepwise: true } : { chunk }),
      rowwise: name === 'over steps',
      draft: (mode) => {
        const draft = new Draft(mode)
        const weight = draft.array({ columns: 1, gap: 1 })
        const source = draft.array({ columns, gap: 2, ...(name === 'over steps' && { steps: 'same' }) })
        const dest = draft.array({ columns, lead: 1, gap: 1, ...shape })
        const places = { weight: weight.place, source: source.place, dest: dest.place }
        draft.body.push({ kind: 'weighted-sum', ...draft.span, ...places, columns, chunk })
        return draft
      },
    })),
  ),
)

const largest: Case[] = widths.flatMap((columns) =>
  Object.entries(summed).map(([name, shape]) => ({
    name: `max-rows: ${columns} columns ${name}`,
    rowwise: name === 'over steps',
    stepwise: name === 'over rows',
    exact: true,
    draft: (mode) => {
      const draft = new Draft(mode)
      const source = draft.array({ columns, gap: 2, value: (u) => (u > 0.98 ? NaN : u) })
      const dest = draft.array({ columns, lead: 1, gap: 1, ...shape })
      draft.body.push({ kind: 'max-rows', ...draft.span, source: source.place, dest: dest.place, columns })
      return draft
    },
  })),
)

const dots: Case[] = [...widths, 257].map((columns) => ({
  name: `dot: ${columns} columns`,
  rowwise: true,
  stepwise: true,
  draft: (mode) => {
    const draft = new Draft(mode)
    // What is behind the last column may be anything.
    const a = draft.array({ columns, gap: 3, lead: 1, value: (u, _, __, column) => (column < columns ? u : NaN) })
    const b = draft.array({ columns, gap: 1, rows: 'same' })
    const dest = draft.array({ columns: 1, gap: 1 })
    draft.body.push({ kind: 'dot', ...draft.span, a: a.place, b: b.place, columns, dest: dest.place })
    return draft
  },
}))

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

export const sumCases: readonly Case[] = [...sumRows, ...weightedSums, ...largest, ...dots, ...reductions, ...squares]
