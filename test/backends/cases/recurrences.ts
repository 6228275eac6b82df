/** A few instructions that belong together: a recurrence forward and back through time. */

import { Draft, type Mode } from '../draft.ts'
import { widths, type Case } from './case.ts'
import { packWeight } from './products.ts'

/** h' = tanh(W h + x), its states in one array of time + 1 slots; in reverse it runs from the last slot to the first. */
const forward: Case[] = widths.map((columns) => ({
  name: `recurrence: ${columns} columns`,
  modes: ['forward', 'reverse'],
  rowwise: true,
  draft: (mode: Mode) => {
    const draft = new Draft(mode)
    const { pack } = packWeight(draft, columns, columns)
    const h = draft.array({ columns, pad: 2, gap: 1, lead: 1, more: 1 })
    const x = draft.array({ columns, gap: 3 })
    const [before, after] = mode === 'reverse' ? [h.from({ step: 1 }), h.place] : [h.place, h.from({ step: 1 })]
    draft.body.push(
      { kind: 'gemm', ...draft.span, a: before, k: columns, pack, n: columns, dest: x.place, start: 'dest' },
      {
        kind: 'rows',
        ...draft.span,
        columns,
        inputs: [x.place],
        operations: [{ op: 'tanh', a: 0 }],
        outputs: [{ value: 1, place: after, pad: 2 }],
      },
    )
    return draft
  },
}))

/** Back through the same recurrence: δ = (dh + carried) (1 − h'²), carried = δ Wᵀ; then the gradient of W over all steps. */
const backward: Case[] = widths.map((columns) => ({
  name: `recurrence: ${columns} columns, backward`,
  modes: ['reverse'],
  draft: (mode: Mode) => {
    const draft = new Draft(mode)
    const weight = draft.array({ columns, rows: columns, steps: 'same', value: (u) => u / Math.sqrt(columns) })
    const blocks = [{ source: weight.place, atK: 0, atN: 0, k: columns, n: columns, transposed: true }]
    draft.packs = 1
    draft.prepare.push({ kind: 'pack', pack: 0, k: columns, n: columns, blocks })
    const h = draft.array({ columns, more: 1, value: (u) => u * 0.9 })
    const dh = draft.array({ columns, gap: 1 })
    const carried = draft.array({ columns, steps: 'same' })
    const delta = draft.array({ columns, pad: 1 })
    const gradient = draft.array({ columns, rows: columns, steps: 'same', lead: 1 })
    const bias = draft.array({ columns, rows: 'same', steps: 'same' })
    draft.body.push(
      {
        kind: 'rows',
        ...draft.span,
        columns,
        inputs: [dh.place, carried.place, h.from({ step: 1 })],
        operations: [
          { op: 'add', a: 0, b: 1 },
          { op: 'mul', a: 2, b: 2 },
          { op: 'constant', value: 1 },
          { op: 'sub', a: 5, b: 4 },
          { op: 'mul', a: 3, b: 6 },
        ],
        outputs: [{ value: 7, place: delta.place, pad: 1 }],
      },
      {
        kind: 'gemm',
        ...draft.span,
        a: delta.place,
        k: columns,
        pack: 0,
        n: columns,
        dest: carried.place,
        start: 'zero',
      },
      // In the loop, a contraction adds one step at a time.
      {
        kind: 'gemm-ta',
        ...draft.span,
        g: delta.place,
        m: columns,
        a: h.place,
        n: columns,
        dest: gradient.place,
        chunk: 2,
      },
      { kind: 'sum-rows', ...draft.span, source: delta.place, dest: bias.place, columns, chunk: 2 },
    )
    return draft
  },
}))

export const recurrenceCases: readonly Case[] = [...forward, ...backward]
