/** RANDOM and FILL. */

import { Draft } from '../draft.ts'
import { widths, type Case } from './case.ts'

const randoms: Case[] = widths.flatMap((columns) =>
  [true, false].map((perStep) => ({
    name: `random: ${columns} columns, ${perStep ? 'new at each step' : 'the same at every step'}`,
    rowwise: true,
    stepwise: perStep,
    exact: true,
    draft: (mode) => {
      const draft = new Draft(mode)
      const near = draft.array({ columns, pad: 3, gap: 1, lead: 1 })
      const far = draft.array({ columns, pad: 0 })
      for (const [site, { place, shape }] of [
        [0, near],
        [2_000_000_011, far],
      ] as const) {
        draft.body.push({ kind: 'random', ...draft.span, site, perStep, columns, dest: place, pad: shape.pad ?? 0 })
      }
      return draft
    },
  })),
)

const fills: Case[] = widths.map((columns) => ({
  name: `fill: ${columns} columns`,
  rowwise: true,
  stepwise: true,
  exact: true,
  draft: (mode) => {
    const draft = new Draft(mode)
    for (const [value, lead] of [
      [0, 0],
      [-1.5, 1],
      [-0, 2],
    ] as const) {
      const dest = draft.array({ columns, gap: 2, lead })
      draft.body.push({ kind: 'fill', ...draft.span, value, columns, dest: dest.place })
    }
    return draft
  },
}))

export const fillCases: readonly Case[] = [...randoms, ...fills]
