/** A list of instructions becomes parameter blocks and a plan: which kernels run in which order, and which of it loops. */

import type { Instruction } from '../backend.ts'
import { descriptionOf, spanOf, usesOf } from '../program/instructions.ts'
import type { InstructionBlock } from './block.ts'
import { lossBlocks } from './losses.ts'
import { fillBlocks } from './fill.ts'
import type { FrameLayout } from './frame.ts'
import { layOutGemmTa } from './gemm-ta.ts'
import { layOutGemm } from './gemm.ts'
import type { SharedKernel } from './shared-kernels.ts'
import { Layouter, type Shared, type Step } from './layouter.ts'
import { layOutPack } from './pack.ts'
import { layOutRandom } from './random.ts'
import { layOutRows } from './rows.ts'
import { sliced } from './slices.ts'
import { sumBlocks } from './sums.ts'
import { tableBlocks } from './tables.ts'

export interface Section {
  readonly layout: FrameLayout
  readonly plan: readonly Step[]
  readonly random: boolean
}

/** Lays out what is `given`, adding to what is shared. */
export function layOut(given: readonly Instruction[], shared: Shared): Section {
  const to = new Layouter(
    given.flatMap((i) => (i.kind === 'loop' ? [i.axis] : [])),
    shared,
  )
  for (const [index, whole] of given.entries()) {
    to.of = index
    for (const piece of sliced(whole)) {
      layOutOne(piece, to)
      to.finish(spanOf(piece), descriptionOf(piece).effort(piece))
    }
  }
  return { layout: to.layout, plan: to.plan, random: to.random }
}

/** What has a block of its own shape. */
function layOutOne(it: Instruction, to: Layouter): void {
  switch (it.kind) {
    case 'loop':
      return to.begin(it.axis, it.reverse)
    case 'end':
      return to.end()
    case 'rows':
      return layOutRows(it, to)
    case 'pack':
      return layOutPack(it, to)
    case 'gemm':
      return layOutGemm(it, to)
    case 'gemm-ta':
      return layOutGemmTa(it, to)
    case 'random':
      return layOutRandom(it, to)
    default:
      return layOutPlain(it, blocks[it.kind], to)
  }
}

/** Kernels of instructions by their names, whose blocks are as the instruction is described. */
const blocks = { ...fillBlocks, ...tableBlocks, ...sumBlocks, ...lossBlocks }

const largestChunk = 0x7fffffff

/** Rows, or else columns, are dealt out: the places that go over them move with them. */
function layOutPlain(
  it: Extract<Instruction, { kind: keyof typeof blocks }>,
  { at, bytes, places, codes }: InstructionBlock<string>,
  to: Layouter,
): void {
  const { rowWise, sizes, codes: codesOf } = descriptionOf<Instruction>(it)
  const kernel: SharedKernel = it.kind
  const span = spanOf(it)
  const laid = to.call(kernel, bytes, rowWise ? span.rows : undefined)
  const uses = usesOf(it)
  const moves = uses.map(({ place }, i) => to.place(laid, at, places[i]!, place))
  const numbers = sizes(it)
  for (const [name, size] of Object.entries(numbers)) to.numbers(laid, at, { [name]: Math.min(size, largestChunk) })
  codesOf?.(it).forEach((code, i) => to.numbers(laid, at, { [codes[i]!]: code }))
  if (rowWise) {
    const moving = moves.filter((_, i) => uses[i]!.rows === span.rows)
    to.dealRows(laid, at, span, moving)
  } else {
    to.span(laid, at, span)
    const { columns } = numbers
    const wide = moves.filter((_, i) => uses[i]!.columns === columns)
    if (uses.some(({ access }) => access === 'add')) to.dealColumns(laid, at, columns!, wide)
  }
}
