/** CROSS_ENTROPY and its gradient. */

import { Draft } from '../draft.ts'
import { widths, type Case } from './case.ts'

/** Small logits, and such as would overflow without their maximum taken out. */
const scales = [1, 60]

const losses: Case[] = [...widths, 257].flatMap((columns) =>
  scales.map((scale) => ({
    name: `cross-entropy: ${columns} columns, logits up to ${scale}`,
    rowwise: true,
    stepwise: true,
    draft: (mode) => {
      const draft = new Draft(mode)
      const logits = draft.array({ columns, gap: 3, lead: 1, value: (u) => u * scale + 2 * scale })
      const targets = draft.array({ columns: 1, value: (u) => Math.floor(((u + 1) / 2) * columns) })
      const loss = draft.array({ columns: 1, gap: 1 })
      const places = { logits: logits.place, targets: targets.place, loss: loss.place }
      draft.body.push({ kind: 'cross-entropy', ...draft.span, ...places, columns })
      return draft
    },
  })),
)

/** The gradient alone, and with the loss in the same pass. */
const gradients: Case[] = [...widths, 257].flatMap((columns) =>
  [...scales.map((scale) => ({ scale, loss: false })), { scale: 60, loss: true }].map(({ scale, loss: wanted }) => ({
    name: `cross-entropy-gradient${wanted ? ' and loss' : ''}: ${columns} columns, logits up to ${scale}`,
    rowwise: true,
    stepwise: true,
    draft: (mode) => {
      const draft = new Draft(mode)
      const counts = (step: number, row: number): boolean => (step + row) % 3 !== 2
      const logits = draft.array({
        columns,
        gap: 3,
        // Positions that do not count may hold anything.
        value: (u, step, row) => (wanted || counts(step, row) ? u * scale : NaN),
      })
      const targets = draft.array({ columns: 1, value: (u) => Math.floor(((u + 1) / 2) * columns) })
      const weight = draft.array({ columns: 1, value: (u, step, row) => (counts(step, row) ? u : 0) })
      const dest = draft.array({ columns, pad: 15 - ((columns - 1) % 16), gap: 1 })
      const loss = wanted && { loss: draft.array({ columns: 1, gap: 1 }).place }
      const places = { logits: logits.place, targets: targets.place, weight: weight.place, dest: dest.place, ...loss }
      draft.body.push({ kind: 'cross-entropy-gradient', ...draft.span, ...places, columns, pad: dest.shape.pad ?? 0 })
      return draft
    },
  })),
)

export const lossCases: readonly Case[] = [...losses, ...gradients]
