/** PACK, GEMM and GEMM_TA. */

import type { GemmInstruction, PackInstruction } from '../../../src/backends/backend.ts'
import { Draft, type DraftArray, type Mode } from '../draft.ts'
import { widths, type Case } from './case.ts'

/** Adds the packing of a whole weight, [n rows, k columns], to `prepare`. */
export function packWeight(draft: Draft, k: number, n: number): { pack: number; weight: DraftArray } {
  // Small enough that a recurrence does not run away.
  const value = (u: number): number => u / Math.sqrt(k)
  const weight = draft.array({ columns: k, gap: 1, lead: 1, rows: n, steps: 'same', value })
  const pack = draft.packs++
  const blocks = [{ source: weight.place, atK: 0, atN: 0, k, n, transposed: false }]
  draft.prepare.push({ kind: 'pack', pack, k, n, blocks })
  return { pack, weight }
}

const starts = ['zero', 'dest', 'row'] as const

function gemm(mode: Mode, k: number, n: number, begin: (typeof starts)[number]): Draft {
  const draft = new Draft(mode)
  const { pack } = packWeight(draft, k, n)
  const a = draft.array({ columns: k, gap: 3 })
  const dest = draft.array({ columns: n, gap: 2, lead: 2 })
  const bias = draft.array({ columns: n, steps: 'same', rows: 'same', lead: 3 })
  const start: GemmInstruction['start'] = begin === 'row' ? { row: bias.place } : begin
  draft.body.push({ kind: 'gemm', ...draft.span, a: a.place, k, pack, n, dest: dest.place, start })
  return draft
}

const depths = [...widths.flatMap((n) => widths.map((k) => [k, n] as const)), [600, 16], [1030, 5], [33, 128]] as const

const gemms: Case[] = depths.flatMap(([k, n], index) =>
  starts
    .filter((_, i) => n === 16 || k === 65 || (index + i) % 3 === 0)
    .map((start) => ({
      name: `gemm: ${k} × ${n} from ${start}`,
      rowwise: true,
      stepwise: true,
      draft: (mode: Mode) => gemm(mode, k, n, start),
    })),
)

const shared: Case[] = [
  {
    name: 'gemm: the same operand at every step, a bias of each step',
    rowwise: true,
    stepwise: true,
    draft: (mode) => {
      const draft = new Draft(mode)
      const { pack } = packWeight(draft, 7, 19)
      const a = draft.array({ columns: 7, steps: 'same' })
      const bias = draft.array({ columns: 19, rows: 'same' })
      const dest = draft.array({ columns: 19, gap: 13 })
      const places = { a: a.place, dest: dest.place, start: { row: bias.place } }
      draft.body.push({ kind: 'gemm', ...draft.span, ...places, k: 7, pack, n: 19 })
      return draft
    },
  },
  {
    name: 'gemm: one row for all',
    rowwise: true,
    stepwise: true,
    draft: (mode) => {
      const draft = new Draft(mode)
      const { pack } = packWeight(draft, 16, 16)
      const a = draft.array({ columns: 16, rows: 'same', lead: 1 })
      const dest = draft.array({ columns: 16 })
      draft.body.push({ kind: 'gemm', ...draft.span, a: a.place, k: 16, pack, n: 16, dest: dest.place, start: 'zero' })
      return draft
    },
  },
]

/** Blocks at offsets, some transposed, that leave holes; then a second layout of the same pack with other holes. */
const packs: Case[] = [
  {
    name: 'pack: two gates, padded',
    k: 21,
    n: 32,
    blocks: [
      [0, 0, 21, 5, false],
      [0, 16, 21, 5, false],
    ],
  },
  {
    name: 'pack: blocks side by side and one above the other',
    k: 40,
    n: 37,
    blocks: [
      [0, 0, 7, 9, false],
      [16, 9, 24, 28, false],
      [7, 0, 3, 1, false],
    ],
  },
  { name: 'pack: transposed', k: 65, n: 16, blocks: [[0, 0, 65, 16, true]] },
  {
    name: 'pack: transposed blocks at offsets',
    k: 48,
    n: 21,
    blocks: [
      [0, 3, 5, 18, true],
      [16, 0, 17, 5, true],
      [33, 6, 15, 15, true],
    ],
  },
  {
    name: 'pack: both ways in one',
    k: 20,
    n: 23,
    blocks: [
      [1, 1, 13, 6, true],
      [2, 7, 18, 16, false],
      [0, 7, 2, 3, true],
    ],
  },
].map(({ name, k, n, blocks }) => ({
  name,
  rowwise: true,
  stepwise: true,
  draft: (mode) => {
    const draft = new Draft(mode)
    const pack = (list: typeof blocks): PackInstruction => ({
      kind: 'pack',
      pack: 0,
      k,
      n,
      blocks: list.map(([atK, atN, blockK, blockN, transposed]) => {
        const [columns, rows] = (transposed ? [blockN, blockK] : [blockK, blockN]) as [number, number]
        // A block is cut out of a larger matrix.
        const source = draft.array({ columns: columns + 5, gap: 1, rows: rows + 3, steps: 'same' })
        const place = source.from({ row: 2, column: 3 })
        return {
          source: place,
          atK: atK as number,
          atN: atN as number,
          k: blockK as number,
          n: blockN as number,
          transposed: transposed as boolean,
        }
      }),
    })
    draft.packs = 1
    // What the first layout leaves behind must not show in the second.
    draft.prepare.push(pack([[0, 0, k, n, false]]), pack(blocks))
    const a = draft.array({ columns: k })
    const dest = draft.array({ columns: n, gap: 1 })
    draft.body.push({ kind: 'gemm', ...draft.span, a: a.place, k, pack: 0, n, dest: dest.place, start: 'zero' })
    return draft
  },
}))

function contraction(mode: Mode, m: number, n: number, chunk: number): Draft {
  const draft = new Draft(mode)
  const g = draft.array({ columns: m, gap: 1 })
  const a = draft.array({ columns: n, gap: 2, lead: 1 })
  const dest = draft.array({ columns: n, gap: 3, lead: 1, rows: m, steps: 'same' })
  draft.body.push({ kind: 'gemm-ta', ...draft.span, g: g.place, m, a: a.place, n, dest: dest.place, chunk })
  return draft
}

const contractions: Case[] = widths.flatMap((m, i) =>
  widths.map((n, j) => {
    const chunk = [1, 3, 100][(i + j) % 3]!
    return {
      name: `gemm-ta: ${m} × ${n} in chunks of ${chunk}`,
      chunk,
      draft: (mode: Mode) => contraction(mode, m, n, chunk),
    }
  }),
)

export const productCases: readonly Case[] = [...gemms, ...shared, ...packs, ...contractions]

/** Pairs of drafts of which the second does the first's work by parts of the columns (and of m): the bits are the same. */
export const splits: readonly { name: string; together: Draft; apart: Draft }[] = [
  {
    name: 'gemm by columns',
    together: gemm('outer', 37, 64, 'dest'),
    apart: (() => {
      const draft = gemm('outer', 37, 64, 'dest')
      const whole = draft.body.pop() as GemmInstruction
      const [weight, , dest] = draft.arrays as [DraftArray, DraftArray, DraftArray]
      draft.prepare.length = 0
      for (const [from, n] of [
        [0, 16],
        [16, 21],
        [37, 27],
      ] as const) {
        const pack = from === 0 ? 0 : draft.packs++
        const blocks = [{ source: weight.from({ row: from }), atK: 0, atN: 0, k: 37, n, transposed: false }]
        draft.prepare.push({ kind: 'pack', pack, k: 37, n, blocks })
        draft.body.push({ ...whole, pack, n, dest: dest.from({ column: from }) })
      }
      return draft
    })(),
  },
  {
    name: 'gemm-ta by columns and rows',
    together: contraction('outer', 21, 65, 3),
    apart: (() => {
      const draft = contraction('outer', 21, 65, 3)
      const [g, a, dest] = draft.arrays as [DraftArray, DraftArray, DraftArray]
      draft.body.length = 0
      for (const [row, m] of [
        [0, 3],
        [3, 18],
      ] as const) {
        for (const [column, n] of [
          [0, 32],
          [32, 7],
          [39, 26],
        ] as const) {
          const places = { g: g.from({ column: row }), a: a.from({ column }), dest: dest.from({ row, column }) }
          draft.body.push({ kind: 'gemm-ta', ...draft.span, ...places, m, n, chunk: 3 })
        }
      }
      return draft
    })(),
  },
]
