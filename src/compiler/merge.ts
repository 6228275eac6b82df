import { plus } from './formula.ts'
import type { Buffer, Spot } from './arrays.ts'
import type { Draft, GatherDraft, GemmDraft, GemmTaDraft, ScatterAddDraft, SumRowsDraft } from './drafts.ts'
import { padded } from './layout.ts'

/**
 * Group: neighbours become one. Products that share an operand and write side by side are one product (four gates, one
 * matrix), products that add up over operands side by side likewise, and so for gathers and gradients. No element's
 * sequence of operations changes: pads between neighbours are zero.
 */
export function merge(drafts: readonly Draft[]): Draft[] {
  const result: Draft[] = []
  for (const draft of drafts) {
    const last = result.at(-1)
    const merged = last && mergeTwo(last, draft)
    if (merged) result[result.length - 1] = merged
    else result.push(draft)
  }
  return result
}

function mergeTwo(a: Draft, b: Draft): Draft | undefined {
  if (a.kind !== b.kind || ('rows' in a && !sameSpan(a, b as typeof a))) return undefined
  switch (a.kind) {
    case 'gemm':
      return sideBySide(a, b as GemmDraft) ?? addedUp(a, b as GemmDraft)
    case 'gemm-ta':
      return stacked(a, b as GemmTaDraft)
    case 'gather':
      return gathered(a, b as GatherDraft)
    case 'scatter-add':
      return scattered(a, b as ScatterAddDraft)
    case 'sum-rows':
      return summed(a, b as SumRowsDraft)
    default:
      return undefined
  }
}

const key = (value: unknown): string =>
  JSON.stringify(value, (name, inner: unknown) => (name === 'buffer' ? (inner as Buffer).id : inner))

const same = (a: unknown, b: unknown): boolean => key(a) === key(b)
const sameSpan = (a: { outer: unknown; rows: unknown }, b: { outer: unknown; rows: unknown }): boolean =>
  same(a.outer, b.outer) && same(a.rows, b.rows)

/** Whether `b` begins `floats` behind `a` and moves alike. */
function follows(a: Spot, b: Spot, floats: number): boolean {
  if (a.broadcast || b.broadcast || !same(a.stride, b.stride) || !same(a.pitch, b.pitch)) return false
  const fixed = a.buffer.region === b.buffer.region && isFixed(a.buffer.region)
  if (a.buffer !== b.buffer && !fixed) return false
  const start = (spot: Spot) => plus(spot.shift, fixed ? spot.buffer.offset : [])
  return same(plus(start(a), [{ factor: floats, axes: [] }]), plus(start(b)))
}

/** Regions whose buffers have their offsets from the layout of parameters. */
const isFixed = (region: string): boolean => region === 'parameters' || region === 'gradients'

/** The same operand, results next to each other. */
function sideBySide(a: GemmDraft, b: GemmDraft): GemmDraft | undefined {
  if (!same(a.a, b.a) || a.k !== b.k || !follows(a.dest, b.dest, a.n) || a.n % 16 !== 0) return undefined
  const starts =
    typeof a.start === 'string' || typeof b.start === 'string'
      ? a.start === b.start
      : follows(a.start.row, b.start.row, a.n)
  if (!starts) return undefined
  return { ...a, n: a.n + b.n, blocks: [...a.blocks, ...b.blocks.map((block) => ({ ...block, atN: block.atN + a.n }))] }
}

/** Operands next to each other, added to the same result. */
function addedUp(a: GemmDraft, b: GemmDraft): GemmDraft | undefined {
  const k = padded(a.k)
  if (b.start !== 'dest' || !same(a.dest, b.dest) || a.n !== b.n || !follows(a.a, b.a, k)) return undefined
  return { ...a, k: k + b.k, blocks: [...a.blocks, ...b.blocks.map((block) => ({ ...block, atK: block.atK + k }))] }
}

/** Gradients of matrices that lie under each other. */
function stacked(a: GemmTaDraft, b: GemmTaDraft): GemmTaDraft | undefined {
  const m = padded(a.m)
  const rows = m * (a.dest.pitch[0]?.factor ?? 0)
  if (!same(a.a, b.a) || a.n !== b.n || !follows(a.g, b.g, m) || !follows(a.dest, b.dest, rows)) return undefined
  return { ...a, m: m + b.m }
}

function gathered(a: GatherDraft, b: GatherDraft): GatherDraft | undefined {
  const n = a.columns + a.pad
  if (!same(a.ids, b.ids) || !follows(a.table, b.table, n) || !follows(a.dest, b.dest, n)) return undefined
  return { ...a, columns: n + b.columns, pad: b.pad }
}

function scattered(a: ScatterAddDraft, b: ScatterAddDraft): ScatterAddDraft | undefined {
  const n = padded(a.columns)
  if (!same(a.ids, b.ids) || !follows(a.source, b.source, n) || !follows(a.dest, b.dest, n)) return undefined
  return { ...a, columns: n + b.columns }
}

function summed(a: SumRowsDraft, b: SumRowsDraft): SumRowsDraft | undefined {
  const n = padded(a.columns)
  if (!follows(a.source, b.source, n) || !follows(a.dest, b.dest, n)) return undefined
  return { ...a, columns: n + b.columns }
}
