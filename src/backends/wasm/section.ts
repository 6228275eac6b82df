/** A list of instructions becomes parameter blocks and a plan: which kernels run in which order, and which of it loops. */

import type { Formula, Instruction, Place, RowsInstruction, Span, WeightFormat } from '../backend.ts'
import { crossEntropyBlock, crossEntropyGradientBlock } from './cross-entropy.ts'
import { callFields } from './deal.ts'
import type { Way } from './deal.ts'
import { FrameLayout, frameHeader } from './frame.ts'
import type { LaidCall } from './frame.ts'
import { fillBlock, gatherBlock, scatterBlock } from './gather.ts'
import { gemmTaBlock, gemmTaScratch } from './gemm-ta.ts'
import { gemmBlock, panelColumns, zeroStart } from './gemm.ts'
import type { SharedKernel } from './kernels.ts'
import { clearBlock, packBlock, packedFloats } from './pack.ts'
import { randomBlock, siteKey } from './random.ts'
import { rowsBlock, rowsKey } from './rows.ts'
import { sliced } from './slices.ts'
import { reduceBlock, squaresBlock, sumRowsBlock } from './sums.ts'
import { roundBlock } from './weights.ts'

/**
 * Where a call's block and its own fields stand, and which instruction of the list it is, or a part of; `rows` names the rows
 * that it deals out, if it stands in a loop.
 */
interface Called {
  readonly block: number
  readonly fields: number
  readonly of: number
  readonly rows?: string
}

export type Step =
  | ({ readonly do: 'call'; readonly kernel: SharedKernel } & Called)
  | ({ readonly do: 'rows'; readonly key: string } & Called)
  | { readonly do: 'loop'; readonly countAt: number; readonly reverse: boolean }
  | { readonly do: 'end' }
  | { readonly do: 'barrier' }
  /** The time of an instruction begins, and ends. */
  | { readonly do: 'begin' }
  | { readonly do: 'took'; readonly of: number }

/** What the parts of a program have in common. */
export interface Shared {
  /** Floats of each packed matrix, as far as instructions have named it. */
  readonly packFloats: number[]
  /** ROWS kernels by their key. */
  readonly rows: Map<string, RowsInstruction>
  scratchFloats: number
  /** What packed matrices are rounded to. */
  readonly weights: WeightFormat
  /** Whether the time of every instruction is measured. */
  readonly profile: boolean
}

export interface Section {
  readonly layout: FrameLayout
  readonly plan: readonly Step[]
  readonly random: boolean
}

type Fields = Readonly<Record<string, number>>
type Move = Way['moves'][number]

const largestChunk = 0x7fffffff

/** Rows of a contraction's result that stay together: whole tiles of either size. */
const contractionGrain = 12
/** Columns that stay together: a line of the cache. */
const columnGrain = 16

const fixed = (value: number): Formula => [{ factor: value, axes: [] }]

/** Lays out what is `given`, adding to what is shared. */
export function layOut(given: readonly Instruction[], shared: Shared): Section {
  const layout = new FrameLayout(given.flatMap((i) => (i.kind === 'loop' ? [i.axis] : [])))
  const plan: Step[] = []
  /** Which instruction is laid out now. */
  let of = 0
  let loops = 0
  /** How often what is laid out now is done. */
  let rounds: Formula | undefined
  let random = false
  const packedBefore = new Set<number>()

  /** Sets a place; gives how it moves from row to row. */
  const place = (block: number, at: Fields, name: string, value: Place): Move =>
    placeAt(block + field(at, name), block + field(at, `${name}Stride`), block + field(at, `${name}Pitch`), value)
  const placeAt = (address: number, stride: number, pitch: number, value: Place): Move => {
    layout.set(address, value.offset, 4, { region: value.region })
    layout.set(stride, value.stride, 4)
    layout.set(pitch, value.pitch, 4)
    return { at: address, by: value.pitch, scale: 4 }
  }
  const numbers = (block: number, at: Fields, values: Readonly<Record<string, number>>): void => {
    for (const [name, value] of Object.entries(values)) layout.set(block + field(at, name), value, 1)
  }
  const call = (kernel: SharedKernel, bytes: number, { rows }: Partial<Span> = {}): LaidCall => {
    const laid = layout.call(bytes)
    plan.push({ do: 'call', kernel, ...called(laid, rows) })
    return laid
  }
  const called = ({ block, fields }: LaidCall, rows: Formula | undefined): Called => ({
    block,
    fields,
    of,
    ...(rounds && rows && { rows: JSON.stringify(rows) }),
  })
  /** Sets the span, and deals its rows out; outside of a loop its outer indices, where these are dealt out more evenly. */
  const span = ({ block, fields, ways }: LaidCall, at: Fields, value: Span, moves: readonly Move[]): void => {
    const [outer, rows] = [block + field(at, 'outer'), block + field(at, 'rows')]
    layout.set(outer, value.outer, 1)
    layout.set(rows, value.rows, 1)
    const first = { at: fields + callFields.first, by: fixed(1), scale: 1 }
    if (!rounds) ways.push({ items: value.outer, grain: 1, count: outer, moves: [first] })
    ways.push({ items: value.rows, grain: 1, count: rows, moves })
  }
  /** Sets the span of a sum over it, which is dealt out by what each item is a sum of. */
  const summed = ({ block }: LaidCall, at: Fields, value: Span): void => {
    layout.set(block + field(at, 'outer'), value.outer, 1)
    layout.set(block + field(at, 'rows'), value.rows, 1)
  }
  /** Notes how much work there is to a span's rows. */
  const work = (operations: number, { outer, rows }: Span = { outer: fixed(1), rows: fixed(1) }): void =>
    layout.work(operations, [outer, rows, ...(rounds ? [rounds] : [])])
  const pieces = given.flatMap((whole, index) => sliced(whole).map((piece) => [index, piece] as const))
  for (const [index, instruction] of pieces) {
    of = index
    switch (instruction.kind) {
      case 'loop':
        plan.push({ do: 'loop', countAt: frameHeader.loops + 4 * loops++, reverse: instruction.reverse })
        rounds = [{ factor: 1, axes: [instruction.axis] }]
        break
      case 'end':
        plan.push({ do: 'end' })
        rounds = undefined
        break
      case 'rows': {
        const key = rowsKey(instruction)
        if (!shared.rows.has(key)) shared.rows.set(key, instruction)
        const places = [...instruction.inputs, ...instruction.outputs.map((output) => output.place)]
        const laid = layout.call(rowsBlock.bytes(places.length))
        plan.push({ do: 'rows', key, ...called(laid, instruction.rows) })
        const moves = places.map((value, index) => {
          const { address, stride, pitch } = rowsBlock.place(index)
          return placeAt(laid.block + address, laid.block + stride, laid.block + pitch, value)
        })
        span(laid, { outer: rowsBlock.outer, rows: rowsBlock.rows }, instruction, moves)
        work(4 * instruction.columns * (instruction.operations.length + 1), instruction)
        break
      }
      case 'pack': {
        const floats = packedFloats(instruction.k, instruction.n)
        shared.packFloats[instruction.pack] = floats
        // Packed memory begins as zeros and a block always lands in the same place: only a second layout needs clearing, and
        // int8, where one NaN goes through a whole column.
        if (packedBefore.has(instruction.pack) || shared.weights === 'int8') {
          const { block } = call('clear', clearBlock.bytes)
          layout.set(block + clearBlock.at.address, 0, 1, { pack: instruction.pack })
          numbers(block, clearBlock.at, { bytes: 4 * floats })
        }
        packedBefore.add(instruction.pack)
        for (const part of instruction.blocks) {
          const { block, ways } = call(part.transposed ? 'pack-transposed' : 'pack', packBlock.bytes)
          layout.set(block + packBlock.at.pack, 0, 1, { pack: instruction.pack })
          const row = place(block, packBlock.at, 'source', part.source)
          const { atK, atN, k, n } = part
          numbers(block, packBlock.at, { depth: instruction.k, atK, atN, k, n })
          const columns = { at: block + packBlock.at.atN, by: fixed(1), scale: 1 }
          const source = part.transposed ? { ...row, by: fixed(1) } : row
          const count = block + packBlock.at.n
          ways.push({ items: fixed(n), grain: panelColumns, count, moves: [columns, source] })
          work(8 * k * n)
        }
        if (shared.weights !== 'float32') {
          const { block, ways } = call(`round-${shared.weights}`, roundBlock.bytes)
          layout.set(block + roundBlock.at.pack, 0, 1, { pack: instruction.pack })
          const panels = Math.ceil(instruction.n / panelColumns)
          numbers(block, roundBlock.at, { depth: instruction.k, panels })
          const panel = { at: block + roundBlock.at.pack, by: fixed(panelColumns * instruction.k), scale: 4 }
          ways.push({ items: fixed(panels), grain: 1, count: block + roundBlock.at.panels, moves: [panel] })
        }
        break
      }
      case 'gemm': {
        shared.packFloats[instruction.pack] = packedFloats(instruction.k, instruction.n)
        const laid = call('gemm', gemmBlock.bytes, instruction)
        const { block } = laid
        const moves = [
          place(block, gemmBlock.at, 'a', instruction.a),
          place(block, gemmBlock.at, 'dest', instruction.dest),
        ]
        layout.set(block + gemmBlock.at.pack, 0, 1, { pack: instruction.pack })
        numbers(block, gemmBlock.at, { k: instruction.k, n: instruction.n })
        const { start } = instruction
        if (start === 'zero') numbers(block, gemmBlock.at, { start: zeroStart, startStride: 0, startPitch: 0 })
        else {
          const from = start === 'dest' ? instruction.dest : { ...start.row, pitch: [] }
          moves.push(place(block, gemmBlock.at, 'start', from))
        }
        span(laid, gemmBlock.at, instruction, moves)
        work(2 * instruction.k * instruction.n, instruction)
        break
      }
      case 'gemm-ta': {
        const { m, n, chunk } = instruction
        shared.scratchFloats = Math.max(shared.scratchFloats, gemmTaScratch(m, n))
        const laid = call('gemm-ta', gemmTaBlock.bytes)
        const { block, ways } = laid
        const g = place(block, gemmTaBlock.at, 'g', instruction.g)
        place(block, gemmTaBlock.at, 'a', instruction.a)
        const dest = place(block, gemmTaBlock.at, 'dest', instruction.dest)
        numbers(block, gemmTaBlock.at, { m, n, chunk: Math.min(chunk, largestChunk) })
        layout.set(block + gemmTaBlock.at.scratch, 0, 1, 'scratch')
        summed(laid, gemmTaBlock.at, instruction)
        const count = block + gemmTaBlock.at.m
        ways.push({ items: fixed(m), grain: contractionGrain, count, moves: [{ ...g, by: fixed(1) }, dest] })
        work(2 * m * n, instruction)
        break
      }
      case 'gather': {
        const { columns, pad, count } = instruction
        const laid = call('gather', gatherBlock.bytes, instruction)
        const { block } = laid
        place(block, gatherBlock.at, 'table', instruction.table)
        span(laid, gatherBlock.at, instruction, [
          place(block, gatherBlock.at, 'ids', instruction.ids),
          place(block, gatherBlock.at, 'dest', instruction.dest),
        ])
        numbers(block, gatherBlock.at, { count, columns, pad })
        work(4 * columns, instruction)
        break
      }
      case 'scatter-add': {
        const { columns, chunk, count } = instruction
        const laid = call('scatter-add', scatterBlock.bytes)
        const { block, ways } = laid
        const source = place(block, scatterBlock.at, 'source', instruction.source)
        place(block, scatterBlock.at, 'ids', instruction.ids)
        const dest = place(block, scatterBlock.at, 'dest', instruction.dest)
        numbers(block, scatterBlock.at, { count, columns, chunk: Math.min(chunk, largestChunk) })
        summed(laid, scatterBlock.at, instruction)
        ways.push(byColumns(columns, block + scatterBlock.at.columns, [source, dest]))
        work(4 * columns, instruction)
        break
      }
      case 'sum-rows': {
        const { columns, chunk } = instruction
        const laid = call('sum-rows', sumRowsBlock.bytes)
        const { block, ways } = laid
        const source = place(block, sumRowsBlock.at, 'source', instruction.source)
        const dest = place(block, sumRowsBlock.at, 'dest', instruction.dest)
        numbers(block, sumRowsBlock.at, { columns, chunk: Math.min(chunk, largestChunk) })
        summed(laid, sumRowsBlock.at, instruction)
        ways.push(byColumns(columns, block + sumRowsBlock.at.columns, [source, dest]))
        work(4 * columns, instruction)
        break
      }
      case 'reduce-columns': {
        const laid = call(`reduce-${instruction.reduction}`, reduceBlock.bytes, instruction)
        const { block } = laid
        span(laid, reduceBlock.at, instruction, [
          place(block, reduceBlock.at, 'source', instruction.source),
          place(block, reduceBlock.at, 'dest', instruction.dest),
        ])
        numbers(block, reduceBlock.at, { columns: instruction.columns })
        work(4 * instruction.columns, instruction)
        break
      }
      case 'cross-entropy': {
        const laid = call('cross-entropy', crossEntropyBlock.bytes, instruction)
        const { block } = laid
        span(laid, crossEntropyBlock.at, instruction, [
          place(block, crossEntropyBlock.at, 'logits', instruction.logits),
          place(block, crossEntropyBlock.at, 'targets', instruction.targets),
          place(block, crossEntropyBlock.at, 'loss', instruction.loss),
        ])
        numbers(block, crossEntropyBlock.at, { columns: instruction.columns })
        work(40 * instruction.columns, instruction)
        break
      }
      case 'cross-entropy-gradient': {
        const { columns, pad, loss } = instruction
        const laid = call('cross-entropy-gradient', crossEntropyGradientBlock.bytes, instruction)
        const { block } = laid
        const moves = [
          place(block, crossEntropyGradientBlock.at, 'logits', instruction.logits),
          place(block, crossEntropyGradientBlock.at, 'targets', instruction.targets),
          place(block, crossEntropyGradientBlock.at, 'weight', instruction.weight),
          place(block, crossEntropyGradientBlock.at, 'dest', instruction.dest),
        ]
        // Address 0 is no array's: no loss is wanted.
        if (loss) moves.push(place(block, crossEntropyGradientBlock.at, 'loss', loss))
        else numbers(block, crossEntropyGradientBlock.at, { loss: 0, lossStride: 0, lossPitch: 0 })
        span(laid, crossEntropyGradientBlock.at, instruction, moves)
        numbers(block, crossEntropyGradientBlock.at, { columns, pad })
        work(40 * columns, instruction)
        break
      }
      case 'sum-squares': {
        const { block } = call('sum-squares', squaresBlock.bytes)
        place(block, squaresBlock.at, 'source', instruction.source)
        place(block, squaresBlock.at, 'dest', instruction.dest)
        numbers(block, squaresBlock.at, { columns: instruction.columns })
        work(4 * instruction.columns)
        break
      }
      case 'random': {
        random = true
        const { columns, pad, perStep, site } = instruction
        const laid = call('random', randomBlock.bytes, instruction)
        const { block } = laid
        span(laid, randomBlock.at, instruction, [
          place(block, randomBlock.at, 'dest', instruction.dest),
          { at: block + randomBlock.at.row, by: fixed(1), scale: 1 },
        ])
        layout.set(block + randomBlock.at.scalars, 0, 1, 'frame')
        layout.set(block + randomBlock.at.base, perStep ? frameHeader.step : frameHeader.window, 1, 'frame')
        numbers(block, randomBlock.at, { row: 0, site: siteKey(site), perStep: perStep ? 1 : 0, columns, pad })
        work(40 * columns, instruction)
        break
      }
      case 'fill': {
        const laid = call('fill', fillBlock.bytes, instruction)
        const { block } = laid
        span(laid, fillBlock.at, instruction, [place(block, fillBlock.at, 'dest', instruction.dest)])
        const bits = new Int32Array(new Float32Array([instruction.value]).buffer)[0] as number
        numbers(block, fillBlock.at, { value: bits, columns: instruction.columns })
        work(4 * instruction.columns, instruction)
        break
      }
    }
  }
  return { layout, plan, random }
}

const byColumns = (columns: number, count: number, moves: readonly Move[]): Way => ({
  items: fixed(columns),
  grain: columnGrain,
  count,
  moves: moves.map((move) => ({ ...move, by: fixed(1) })),
})

function field(at: Fields, name: string): number {
  const offset = at[name]
  if (offset === undefined) throw new Error(`no field ${name}`)
  return offset
}
