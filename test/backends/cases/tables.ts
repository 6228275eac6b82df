/** GATHER and SCATTER_ADD. */

import { Draft } from '../draft.ts'
import { widths, type Case } from './case.ts'

const symbols = 6
const id = (u: number): number => Math.floor((u + 1) * (symbols / 2))

const gathers: Case[] = widths.map((columns) => ({
  name: `gather: ${columns} columns`,
  rowwise: true,
  stepwise: true,
  exact: true,
  draft: (mode) => {
    const draft = new Draft(mode)
    const table = draft.array({ columns, gap: 2, lead: 1, rows: symbols, steps: 'same' })
    const ids = draft.array({ columns: 1, value: id })
    const dest = draft.array({ columns, pad: 3, gap: 1 })
    const places = { table: table.place, ids: ids.place, dest: dest.place }
    draft.body.push({ kind: 'gather', ...draft.span, ...places, count: symbols, columns, pad: 3 })
    return draft
  },
}))

const scatters: Case[] = widths.flatMap((columns) =>
  [1, 3, 100].map((chunk) => ({
    name: `scatter-add: ${columns} columns in chunks of ${chunk}`,
    chunk,
    draft: (mode) => {
      const draft = new Draft(mode)
      const source = draft.array({ columns, gap: 1 })
      const ids = draft.array({ columns: 1, value: id })
      const dest = draft.array({ columns, gap: 2, lead: 1, rows: symbols, steps: 'same' })
      const places = { source: source.place, ids: ids.place, dest: dest.place }
      draft.body.push({ kind: 'scatter-add', ...draft.span, ...places, count: symbols, columns, chunk })
      return draft
    },
  })),
)

export const tableCases: readonly Case[] = [...gathers, ...scatters]
