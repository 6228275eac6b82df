/**
 * ROWS: a pointwise operation list becomes one function that goes once over every row, four columns at a time.
 * A tail of one to three columns runs the same instructions on a whole vector, of which only those lanes are stored.
 */

import type { Output, RowsInstruction } from '../backend.ts'
import type { FunctionBuilder, I32, Local, ModuleBuilder } from './assembler.ts'
import { storeLanes, times } from './columns.ts'
import type { Constants } from './constants.ts'
import { laneMask } from './constants.ts'
import { Evaluator } from './evaluator.ts'
import { functionsIn } from './functions.ts'
import type { Functions } from './functions.ts'
import { f32, f32x4, i32, memoryFill, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'
import type { Layouter } from './layouter.ts'

/** Byte offsets in the parameter block: outer, rows, then address, stride and pitch of every input and every output. */
export const rowsBlock = {
  outer: 0,
  rows: 4,
  place: (index: number): { address: number; stride: number; pitch: number } => ({
    address: 8 + 12 * index,
    stride: 12 + 12 * index,
    pitch: 16 + 12 * index,
  }),
  bytes: (places: number): number => 8 + 12 * places,
} as const

/** Vectors that are written out one after another instead of in a loop. */
const unrolledVectors = 4

/** What two ROWS instructions with the same kernel have in common; everything else is in the parameter block. */
export function rowsKey(instruction: RowsInstruction): string {
  return JSON.stringify([
    instruction.columns,
    instruction.inputs.map((input) => input.broadcast),
    instruction.operations.map((operation) =>
      Object.values(operation).map((part) => (Object.is(part, -0) ? '-0' : String(part))),
    ),
    instruction.outputs.map(({ value, pad }) => [value, pad]),
  ])
}

export function layOutRows(it: RowsInstruction, to: Layouter): void {
  const key = rowsKey(it)
  if (!to.shared.rows.has(key)) to.shared.rows.set(key, it)
  const places = [...it.inputs, ...it.outputs.map(({ place }) => place)]
  const laid = to.callRows(key, rowsBlock.bytes(places.length), it.rows)
  const moves = places.map((value, index) => {
    const { address, stride, pitch } = rowsBlock.place(index)
    return to.placeAt(laid.block + address, laid.block + stride, laid.block + pitch, value)
  })
  to.dealRows(laid, { outer: rowsBlock.outer, rows: rowsBlock.rows }, it, moves)
}

/** Adds the kernel `(block, t)` of one ROWS instruction. */
export function addRows(
  module: ModuleBuilder,
  constants: Constants,
  fma: MultiplyAdd,
  instruction: RowsInstruction,
  name?: string,
): FunctionBuilder {
  const { inputs, outputs, operations } = instruction
  const f = module.function(['i32', 'i32'], name)
  const block = f.parameter(0, 'i32')
  const t0 = f.parameter(1, 'i32')
  const functions = functionsIn(f, constants, fma)
  const t = f.local('i32', t0)
  const position = f.local('v128')
  const pointers = [...inputs, ...outputs].map(() => f.local('i32'))
  const repeated = inputs.map((input) => (input.broadcast ? f.local('v128') : undefined))
  const kernel: RowKernel = { f, constants, functions, instruction, pointers, repeated, position, at: f.local('i32') }
  times(f, i32.load(block, rowsBlock.outer), () => {
    if (operations.some(({ op }) => op === 'position')) f.set(position, f32x4.splat(f32.fromI32(t)))
    for (const [index, pointer] of pointers.entries()) {
      const field = rowsBlock.place(index)
      f.set(pointer, i32.add(i32.load(block, field.address), i32.mul(t, i32.load(block, field.stride))))
    }
    times(f, i32.load(block, rowsBlock.rows), () => {
      oneRow(kernel)
      for (const [index, pointer] of pointers.entries())
        f.set(pointer, i32.add(pointer, i32.load(block, rowsBlock.place(index).pitch)))
    })
    f.set(t, i32.add(t, i32.const(1)))
  })
  return f
}

/** A kernel under construction. */
interface RowKernel {
  readonly f: FunctionBuilder
  readonly constants: Constants
  readonly functions: Functions
  readonly instruction: RowsInstruction
  /** To the row in each place: inputs, then outputs. */
  readonly pointers: readonly Local<'i32'>[]
  /** Inputs of one value a row, in all lanes. */
  readonly repeated: readonly (Local<'v128'> | undefined)[]
  readonly position: Local<'v128'>
  readonly at: Local<'i32'>
}

function oneRow(kernel: RowKernel): void {
  const { f, repeated, pointers, at, instruction } = kernel
  const whole = instruction.columns >> 2
  const tail = instruction.columns & 3
  for (const [index, local] of repeated.entries())
    if (local !== undefined) f.set(local, v128.loadSplat32(pointers[index] as Local<'i32'>))
  if (whole <= unrolledVectors) {
    for (let v = 0; v < whole; v++) vector(kernel, undefined, 16 * v, 4)
    if (tail > 0) vector(kernel, undefined, 16 * whole, tail)
  } else {
    f.set(at, i32.const(0))
    f.repeat(
      () => {
        vector(kernel, at, 0, 4)
        f.set(at, i32.add(at, i32.const(16)))
      },
      i32.ltU(at, i32.const(16 * whole)),
    )
    if (tail > 0) vector(kernel, at, 0, tail)
  }
  pads(kernel, tail)
}

/** One vector at byte `offset` behind the pointers moved by `moved`. */
function vector(
  { f, constants, functions, instruction, pointers, repeated, position }: RowKernel,
  moved: I32 | undefined,
  offset: number,
  lanes: number,
): void {
  const { inputs, outputs } = instruction
  const pointer = (index: number): I32 => {
    const start = pointers[index] as Local<'i32'>
    return moved === undefined ? start : i32.add(start, moved)
  }
  const read = (index: number): Local<'v128'> => repeated[index] ?? f.local('v128', v128.load(pointer(index), offset))
  const values = new Evaluator(f, constants, functions, instruction, { read, position })
  const results = outputs.map((output) => values.value(output.value))
  for (const [index, result] of results.entries()) {
    const to = pointer(inputs.length + index)
    const { pad } = outputs[index] as Output
    if (lanes === 4) f.do(v128.store(to, result, offset))
    else if (pad >= 4 - lanes) f.do(v128.store(to, v128.and(result, laneMask(lanes)), offset))
    else {
      storeLanes(f, to, result, lanes, offset)
      for (let column = 0; column < pad; column++) f.do(i32.store(to, i32.const(0), offset + 4 * (lanes + column)))
    }
  }
}

/** Zeros behind the columns, but those that the last vector has written. */
function pads({ f, pointers, instruction: { inputs, outputs, columns } }: RowKernel, tail: number): void {
  for (const [index, { pad }] of outputs.entries()) {
    const to = pointers[inputs.length + index] as Local<'i32'>
    const done = tail === 0 ? 0 : Math.min(pad, 4 - tail)
    zeros(f, to, 4 * (columns + done), pad - done)
  }
}

/** Writes `count` zeros `offset` bytes behind the pointer. */
function zeros(f: FunctionBuilder, pointer: I32, offset: number, count: number): void {
  if (count > 64) {
    f.do(memoryFill(i32.add(pointer, i32.const(offset)), i32.const(0), i32.const(4 * count)))
    return
  }
  let left = count
  let place = offset
  for (; left >= 4; left -= 4, place += 16) f.do(v128.store(pointer, v128.zero, place))
  for (; left > 0; left--, place += 4) f.do(i32.store(pointer, i32.const(0), place))
}
