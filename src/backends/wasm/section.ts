/** A list of instructions becomes parameter blocks and a plan: which kernels run in which order, and which of it loops. */

import { UnrolledError } from '../../error.ts'
import type { Instruction, Place, RowsInstruction, Span, WeightFormat } from '../backend.ts'
import { crossEntropyBlock, crossEntropyGradientBlock } from './cross-entropy.ts'
import { FrameLayout, frameHeader } from './frame.ts'
import { fillBlock, gatherBlock, scatterBlock } from './gather.ts'
import { gemmTaBlock, gemmTaScratch } from './gemm-ta.ts'
import { gemmBlock, panelColumns, zeroStart } from './gemm.ts'
import type { SharedKernel } from './kernels.ts'
import { clearBlock, packBlock, packedFloats } from './pack.ts'
import { randomBlock, siteKey } from './random.ts'
import { rowsBlock, rowsKey } from './rows.ts'
import { reduceBlock, squaresBlock, sumRowsBlock } from './sums.ts'
import { roundBlock } from './weights.ts'

export type Step =
  | { readonly do: 'call'; readonly kernel: SharedKernel; readonly block: number }
  | { readonly do: 'rows'; readonly rows: string; readonly block: number }
  | { readonly do: 'loop'; readonly countAt: number; readonly reverse: boolean }
  | { readonly do: 'end' }

/** What the parts of a program have in common. */
export interface Shared {
  /** Floats of each packed matrix, as far as instructions have named it. */
  readonly packFloats: number[]
  /** ROWS kernels by their key. */
  readonly rows: Map<string, RowsInstruction>
  scratchFloats: number
  /** What packed matrices are rounded to. */
  readonly weights: WeightFormat
}

export interface Section {
  readonly layout: FrameLayout
  readonly plan: readonly Step[]
  readonly random: boolean
}

const largestChunk = 0x7fffffff

/** Lays out `instructions`, adding to what is shared. */
export function layOut(instructions: readonly Instruction[], shared: Shared): Section {
  const layout = new FrameLayout(instructions.flatMap((i) => (i.kind === 'loop' ? [i.axis] : [])))
  const plan: Step[] = []
  let loops = 0
  let random = false
  const packedBefore = new Set<number>()

  const place = (
    block: number,
    at: Readonly<Record<string, number>>,
    name: string,
    value: Place,
    oneValue = false,
  ): void => {
    if (value.broadcast && !oneValue)
      throw new UnrolledError('bad-program', `${name} cannot be one value a row in this instruction`)
    placeAt(block + field(at, name), block + field(at, `${name}Stride`), block + field(at, `${name}Pitch`), value)
  }
  const placeAt = (address: number, stride: number, pitch: number, value: Place): void => {
    layout.set(address, value.offset, 4, { region: value.region })
    layout.set(stride, value.stride, 4)
    layout.set(pitch, value.pitch, 4)
  }
  const span = (block: number, at: Readonly<Record<string, number>>, value: Span): void => {
    layout.set(block + field(at, 'outer'), value.outer, 1)
    layout.set(block + field(at, 'rows'), value.rows, 1)
  }
  const numbers = (
    block: number,
    at: Readonly<Record<string, number>>,
    values: Readonly<Record<string, number>>,
  ): void => {
    for (const [name, value] of Object.entries(values)) layout.set(block + field(at, name), value, 1)
  }
  const call = (kernel: SharedKernel, bytes: number): number => {
    const block = layout.block(bytes)
    plan.push({ do: 'call', kernel, block })
    return block
  }
  const usePack = (pack: number, floats: number): void => {
    const have = shared.packFloats[pack]
    if (have !== undefined && have !== floats)
      throw new UnrolledError('bad-program', `packed matrix ${pack} is used with two different sizes`)
    shared.packFloats[pack] = floats
  }

  for (const instruction of instructions) {
    switch (instruction.kind) {
      case 'loop':
        plan.push({ do: 'loop', countAt: frameHeader.loops + 4 * loops++, reverse: instruction.reverse })
        break
      case 'end':
        plan.push({ do: 'end' })
        break
      case 'rows': {
        const key = rowsKey(instruction)
        if (!shared.rows.has(key)) shared.rows.set(key, instruction)
        const places = [...instruction.inputs, ...instruction.outputs.map((output) => output.place)]
        const block = layout.block(rowsBlock.bytes(places.length))
        plan.push({ do: 'rows', rows: key, block })
        layout.set(block + rowsBlock.outer, instruction.outer, 1)
        layout.set(block + rowsBlock.rows, instruction.rows, 1)
        for (const [index, value] of places.entries()) {
          const { address, stride, pitch } = rowsBlock.place(index)
          if (value.broadcast && index >= instruction.inputs.length)
            throw new UnrolledError('bad-program', 'an output of rows cannot be one value a row')
          placeAt(block + address, block + stride, block + pitch, value)
        }
        break
      }
      case 'pack': {
        const floats = packedFloats(instruction.k, instruction.n)
        usePack(instruction.pack, floats)
        // Packed memory begins as zeros and a block always lands in the same place: only a second layout needs clearing, and
        // int8, where one NaN goes through a whole column.
        if (packedBefore.has(instruction.pack) || shared.weights === 'int8') {
          const block = call('clear', clearBlock.bytes)
          layout.set(block + clearBlock.at.address, 0, 1, { pack: instruction.pack })
          numbers(block, clearBlock.at, { bytes: 4 * floats })
        }
        packedBefore.add(instruction.pack)
        for (const part of instruction.blocks) {
          const block = call(part.transposed ? 'pack-transposed' : 'pack', packBlock.bytes)
          layout.set(block + packBlock.at.pack, 0, 1, { pack: instruction.pack })
          place(block, packBlock.at, 'source', part.source)
          const { atK, atN, k, n } = part
          numbers(block, packBlock.at, { depth: instruction.k, atK, atN, k, n })
        }
        if (shared.weights !== 'float32') {
          const block = call(`round-${shared.weights}`, roundBlock.bytes)
          layout.set(block + roundBlock.at.pack, 0, 1, { pack: instruction.pack })
          numbers(block, roundBlock.at, { depth: instruction.k, panels: Math.ceil(instruction.n / panelColumns) })
        }
        break
      }
      case 'gemm': {
        usePack(instruction.pack, packedFloats(instruction.k, instruction.n))
        const block = call('gemm', gemmBlock.bytes)
        span(block, gemmBlock.at, instruction)
        place(block, gemmBlock.at, 'a', instruction.a)
        place(block, gemmBlock.at, 'dest', instruction.dest)
        layout.set(block + gemmBlock.at.pack, 0, 1, { pack: instruction.pack })
        numbers(block, gemmBlock.at, { k: instruction.k, n: instruction.n })
        const { start } = instruction
        if (start === 'zero') numbers(block, gemmBlock.at, { start: zeroStart, startStride: 0, startPitch: 0 })
        else if (start === 'dest') place(block, gemmBlock.at, 'start', instruction.dest)
        else place(block, gemmBlock.at, 'start', { ...start.row, pitch: [] })
        break
      }
      case 'gemm-ta': {
        const { m, n, chunk } = instruction
        shared.scratchFloats = Math.max(shared.scratchFloats, gemmTaScratch(m, n))
        const block = call('gemm-ta', gemmTaBlock.bytes)
        span(block, gemmTaBlock.at, instruction)
        place(block, gemmTaBlock.at, 'g', instruction.g)
        place(block, gemmTaBlock.at, 'a', instruction.a)
        place(block, gemmTaBlock.at, 'dest', instruction.dest)
        numbers(block, gemmTaBlock.at, { m, n, chunk: Math.min(chunk, largestChunk) })
        layout.set(block + gemmTaBlock.at.scratch, 0, 1, 'scratch')
        break
      }
      case 'gather': {
        const { columns, pad } = instruction
        const block = call('gather', gatherBlock.bytes)
        span(block, gatherBlock.at, instruction)
        place(block, gatherBlock.at, 'table', instruction.table)
        place(block, gatherBlock.at, 'ids', instruction.ids, true)
        place(block, gatherBlock.at, 'dest', instruction.dest)
        numbers(block, gatherBlock.at, { columns, pad })
        break
      }
      case 'scatter-add': {
        const { columns, chunk } = instruction
        const block = call('scatter-add', scatterBlock.bytes)
        span(block, scatterBlock.at, instruction)
        place(block, scatterBlock.at, 'source', instruction.source)
        place(block, scatterBlock.at, 'ids', instruction.ids, true)
        place(block, scatterBlock.at, 'dest', instruction.dest)
        numbers(block, scatterBlock.at, { columns, chunk: Math.min(chunk, largestChunk) })
        break
      }
      case 'sum-rows': {
        const { columns, chunk } = instruction
        const block = call('sum-rows', sumRowsBlock.bytes)
        span(block, sumRowsBlock.at, instruction)
        place(block, sumRowsBlock.at, 'source', instruction.source)
        place(block, sumRowsBlock.at, 'dest', instruction.dest)
        numbers(block, sumRowsBlock.at, { columns, chunk: Math.min(chunk, largestChunk) })
        break
      }
      case 'reduce-columns': {
        const block = call(`reduce-${instruction.reduction}`, reduceBlock.bytes)
        span(block, reduceBlock.at, instruction)
        place(block, reduceBlock.at, 'source', instruction.source)
        place(block, reduceBlock.at, 'dest', instruction.dest, true)
        numbers(block, reduceBlock.at, { columns: instruction.columns })
        break
      }
      case 'cross-entropy': {
        const block = call('cross-entropy', crossEntropyBlock.bytes)
        span(block, crossEntropyBlock.at, instruction)
        place(block, crossEntropyBlock.at, 'logits', instruction.logits)
        place(block, crossEntropyBlock.at, 'targets', instruction.targets, true)
        place(block, crossEntropyBlock.at, 'loss', instruction.loss, true)
        numbers(block, crossEntropyBlock.at, { columns: instruction.columns })
        break
      }
      case 'cross-entropy-gradient': {
        const { columns, pad } = instruction
        const block = call('cross-entropy-gradient', crossEntropyGradientBlock.bytes)
        span(block, crossEntropyGradientBlock.at, instruction)
        place(block, crossEntropyGradientBlock.at, 'logits', instruction.logits)
        place(block, crossEntropyGradientBlock.at, 'targets', instruction.targets, true)
        place(block, crossEntropyGradientBlock.at, 'weight', instruction.weight, true)
        place(block, crossEntropyGradientBlock.at, 'dest', instruction.dest)
        numbers(block, crossEntropyGradientBlock.at, { columns, pad })
        break
      }
      case 'sum-squares': {
        const block = call('sum-squares', squaresBlock.bytes)
        place(block, squaresBlock.at, 'source', instruction.source)
        place(block, squaresBlock.at, 'dest', instruction.dest, true)
        numbers(block, squaresBlock.at, { columns: instruction.columns })
        break
      }
      case 'random': {
        random = true
        const { columns, pad, perStep, site } = instruction
        const block = call('random', randomBlock.bytes)
        span(block, randomBlock.at, instruction)
        place(block, randomBlock.at, 'dest', instruction.dest)
        layout.set(block + randomBlock.at.scalars, 0, 1, 'frame')
        layout.set(block + randomBlock.at.base, perStep ? frameHeader.step : frameHeader.window, 1, 'frame')
        numbers(block, randomBlock.at, { site: siteKey(site), perStep: perStep ? 1 : 0, columns, pad })
        break
      }
      case 'fill': {
        const block = call('fill', fillBlock.bytes)
        span(block, fillBlock.at, instruction)
        place(block, fillBlock.at, 'dest', instruction.dest)
        const bits = new Int32Array(new Float32Array([instruction.value]).buffer)[0] as number
        numbers(block, fillBlock.at, { value: bits, columns: instruction.columns })
        break
      }
    }
  }
  return { layout, plan, random }
}

function field(at: Readonly<Record<string, number>>, name: string): number {
  const offset = at[name]
  if (offset === undefined) throw new Error(`no field ${name}`)
  return offset
}
