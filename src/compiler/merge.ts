import type { CrossEntropyGradientInstruction, CrossEntropyInstruction } from '../backends/backend.ts'
import { plus } from './formula.ts'
import { strideOf, type Buffer, type Spot } from './arrays.ts'
import type {
  Draft,
  Drafted,
  GatherDraft,
  GemmDraft,
  GemmTaDraft,
  RowsDraft,
  ScatterAddDraft,
  SumRowsDraft,
} from './drafts.ts'
import { padded } from './layout.ts'
import { joined } from './meanings.ts'

/**
 * Group: neighbours become one. Products that share an operand and write side by side are one product (four gates, one
 * matrix), products that add up over operands side by side likewise, and so for gathers and gradients. A loss and its
 * gradient are one pass over the logits, and what is constant is written by the pointwise kernel before it. No element's sequence
 * of operations changes: pads between neighbours are zero.
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
  if (a.kind === 'cross-entropy' && b.kind === 'cross-entropy-gradient') return withLoss(a, b)
  if (a.kind !== b.kind || ('over' in a && !same(a.over, (b as typeof a).over))) return undefined
  switch (a.kind) {
    case 'gemm':
      return sideBySide(a, b as GemmDraft) ?? addedUp(a, b as GemmDraft)
    case 'gemm-ta':
      return stacked(a, b as GemmTaDraft)
    case 'gather':
      return wider<GatherDraft, 'table'>(a, b as GatherDraft, 'table')
    case 'scatter-add':
      return wider<ScatterAddDraft, 'source'>(a, b as ScatterAddDraft, 'source')
    case 'sum-rows':
      return wider<SumRowsDraft, 'source'>(a, b as SumRowsDraft, 'source')
    case 'rows':
      return withConstant(a, b as RowsDraft)
    default:
      return undefined
  }
}

const key = (value: unknown): string =>
  JSON.stringify(value, (name, inner: unknown) =>
    name === 'means' || name === 'found' ? undefined : name === 'buffer' ? (inner as Buffer).id : inner,
  )

const same = (a: unknown, b: unknown): boolean => key(a) === key(b)

/** How far a spot moves along each of its axes; matrices may have rows of different numbers. */
const stridesOf = (spot: Spot): readonly unknown[] =>
  spot.along.map((axis) => [spot.own ? '' : axis, strideOf(spot, axis)])

/** Whether `b` begins `floats` behind `a` and moves alike. */
function follows(a: Spot, b: Spot, floats: number): boolean {
  if (a.broadcast || b.broadcast || !same(stridesOf(a), stridesOf(b))) return false
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
  const start =
    typeof a.start === 'string' || typeof b.start === 'string'
      ? a.start
      : { row: joined(a.start.row, b.start.row, a.n) }
  const [operand, dest] = [joined(a.a, b.a), joined(a.dest, b.dest, a.n)]
  return {
    ...a,
    a: operand,
    dest,
    start,
    n: a.n + b.n,
    blocks: [...a.blocks, ...b.blocks.map((block) => ({ ...block, atN: block.atN + a.n }))],
  }
}

/** Operands next to each other, added to the same result. */
function addedUp(a: GemmDraft, b: GemmDraft): GemmDraft | undefined {
  const k = padded(a.k)
  if (b.start !== 'dest' || !same(a.dest, b.dest) || a.n !== b.n || !follows(a.a, b.a, k)) return undefined
  return {
    ...a,
    a: joined(a.a, b.a, k),
    dest: { ...a.dest, means: b.dest.means },
    k: k + b.k,
    blocks: [...a.blocks, ...b.blocks.map((block) => ({ ...block, atK: block.atK + k }))],
  }
}

/** Gradients of matrices that lie under each other. */
function stacked(a: GemmTaDraft, b: GemmTaDraft): GemmTaDraft | undefined {
  const m = padded(a.m)
  const rows = m * a.dest.buffer.width
  if (!same(a.a, b.a) || a.n !== b.n || !follows(a.g, b.g, m) || !follows(a.dest, b.dest, rows)) return undefined
  return { ...a, a: joined(a.a, b.a), g: joined(a.g, b.g, m), dest: joined(a.dest, b.dest, 0, m), m: m + b.m }
}

/** Columns next to each other, of rows that are chosen alike: looked up, added where they came from, or summed. */
function wider<
  T extends { dest: Spot; columns: number } & Partial<Record<'ids', Spot>> & Record<K, Spot>,
  K extends string,
>(a: T, b: T, source: K): T | undefined {
  const n = padded(a.columns)
  const ids = (draft: T): unknown => 'ids' in draft && [draft.ids, 'count' in draft && draft.count]
  if (!same(ids(a), ids(b)) || !follows(a[source], b[source], n) || !follows(a.dest, b.dest, n)) return undefined
  return {
    ...a,
    ...('pad' in b && { pad: b.pad }),
    ...(a.ids && b.ids && { ids: joined(a.ids, b.ids) }),
    [source]: joined(a[source], b[source], n),
    dest: joined(a.dest, b.dest, n),
    columns: n + b.columns,
  }
}

type LossDraft = Drafted<CrossEntropyInstruction>
type LossGradientDraft = Drafted<CrossEntropyGradientInstruction>

/** A loss and the gradient of the same logits. */
function withLoss(a: LossDraft, b: LossGradientDraft): LossGradientDraft | undefined {
  const alike = same(a.over, b.over) && same(a.logits, b.logits) && same(a.targets, b.targets)
  if (!alike || b.loss !== undefined) return undefined
  return { ...b, logits: joined(b.logits, a.logits), targets: joined(b.targets, a.targets), loss: a.loss }
}

/** Pointwise work, and a number written to an array of another region, or to one that it reads just as it stands. */
function withConstant(a: RowsDraft, b: RowsDraft): RowsDraft | undefined {
  if (b.inputs.length > 0 || b.operations.length > 1 || a.columns !== b.columns) return undefined
  const output = b.outputs[0]!
  const apart = ({ buffer }: Spot): boolean => buffer.region !== output.place.buffer.region
  const free = a.inputs.every((spot) => apart(spot) || follows(spot, output.place, 0))
  if (!free || !a.outputs.every(({ place }) => apart(place))) return undefined
  const value = a.inputs.length + a.operations.length
  return { ...a, operations: [...a.operations, ...b.operations], outputs: [...a.outputs, { ...output, value }] }
}
