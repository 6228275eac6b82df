/**
 * ROWS: a pointwise operation list becomes one function that goes once over every row, four columns at a time.
 * A tail of one to three columns runs the same instructions on a whole vector, of which only those lanes are stored.
 */

import type { Output, Place, PointwiseOperation, RowsInstruction } from '../backend.ts'
import type { FunctionBuilder, I32, Local, ModuleBuilder, V128 } from './assembler.ts'
import { storeLanes, times } from './columns.ts'
import type { Constants } from './constants.ts'
import { laneMask, sinkAddress } from './constants.ts'
import { functionsIn } from './functions.ts'
import type { Functions } from './functions.ts'
import { f32, f32x4, i32, memoryFill, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'

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

/** Adds the kernel `(block, t)` of one ROWS instruction. */
export function addRows(
  module: ModuleBuilder,
  constants: Constants,
  fma: MultiplyAdd,
  instruction: RowsInstruction,
  name?: string,
): FunctionBuilder {
  const { columns, inputs, outputs } = instruction
  const f = module.function(['i32', 'i32'], name)
  const block = f.parameter(0, 'i32')
  const t0 = f.parameter(1, 'i32')
  const functions = functionsIn(f, constants, fma)
  const places: readonly Place[] = [...inputs, ...outputs.map((output) => output.place)]
  const t = f.local('i32', t0)
  const position = f.local('v128')
  const pointers = places.map(() => f.local('i32'))
  const repeated = inputs.map((input) => (input.broadcast ? f.local('v128') : undefined))
  const at = f.local('i32')
  const whole = columns >> 2
  const tail = columns & 3

  /** One vector at byte `offset` behind the pointers moved by `moved`. */
  const vector = (moved: I32 | undefined, offset: number, lanes: number): void => {
    const pointer = (index: number): I32 => {
      const start = pointers[index] as Local<'i32'>
      return moved === undefined ? start : i32.add(start, moved)
    }
    const read = (index: number): Local<'v128'> => repeated[index] ?? f.local('v128', v128.load(pointer(index), offset))
    const value = evaluator(f, constants, functions, instruction, read, position)
    const results = outputs.map((output) => value(output.value))
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

  const pads = (): void => {
    for (const [index, { pad }] of outputs.entries()) {
      const to = pointers[inputs.length + index] as Local<'i32'>
      const done = tail === 0 ? 0 : Math.min(pad, 4 - tail)
      zeros(f, to, 4 * (columns + done), pad - done)
    }
  }

  times(f, i32.load(block, rowsBlock.outer), () => {
    if (instruction.operations.some(({ op }) => op === 'position')) f.set(position, f32x4.splat(f32.fromI32(t)))
    for (const [index, pointer] of pointers.entries()) {
      const field = rowsBlock.place(index)
      f.set(pointer, i32.add(i32.load(block, field.address), i32.mul(t, i32.load(block, field.stride))))
    }
    times(f, i32.load(block, rowsBlock.rows), () => {
      for (const [index, local] of repeated.entries())
        if (local !== undefined) f.set(local, v128.loadSplat32(pointers[index] as Local<'i32'>))
      if (whole <= unrolledVectors) {
        for (let v = 0; v < whole; v++) vector(undefined, 16 * v, 4)
        if (tail > 0) vector(undefined, 16 * whole, tail)
      } else {
        f.set(at, i32.const(0))
        f.repeat(
          () => {
            vector(at, 0, 4)
            f.set(at, i32.add(at, i32.const(16)))
          },
          i32.ltU(at, i32.const(16 * whole)),
        )
        if (tail > 0) vector(at, 0, tail)
      }
      pads()
      for (const [index, pointer] of pointers.entries())
        f.set(pointer, i32.add(pointer, i32.load(block, rowsBlock.place(index).pitch)))
    })
    f.set(t, i32.add(t, i32.const(1)))
  })
  return f
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

/** Evaluates the values of an operation list on one vector, each once and only when something asks for it. */
function evaluator(
  f: FunctionBuilder,
  constants: Constants,
  functions: Functions,
  { inputs, operations }: RowsInstruction,
  read: (input: number) => Local<'v128'>,
  position: Local<'v128'>,
): (value: number) => V128 {
  const values: V128[] = []
  const masks: V128[] = []
  const operationOf = (value: number): PointwiseOperation | undefined => operations[value - inputs.length]
  const isConstant = (value: number, wanted: (constant: number) => boolean): boolean => {
    const operation = operationOf(value)
    return operation?.op === 'constant' && wanted(operation.value)
  }
  const needed = new Set<number>()
  const need = (value: number): void => {
    if (needed.has(value)) return
    needed.add(value)
    const operation = operationOf(value)
    if (operation === undefined) return
    for (const operand of operandsOf(operation)) need(operand)
  }
  const finite = (constant: number): boolean => !Number.isNaN(constant)

  const compute = (operation: PointwiseOperation, index: number): V128 => {
    const v = (value: number): V128 => values[value] as V128
    switch (operation.op) {
      case 'constant':
        return constants.float(operation.value)
      case 'position':
        return position
      case 'select': {
        const mask = masks[operation.condition] ?? f32x4.ne(v(operation.condition), v128.zero)
        if (isConstant(operation.b, (constant) => Object.is(Math.fround(constant), 0)))
          return v128.and(v(operation.a), mask)
        if (isConstant(operation.a, (constant) => Object.is(Math.fround(constant), 0)))
          return v128.andnot(v(operation.b), mask)
        return v128.bitselect(v(operation.a), v(operation.b), mask)
      }
      case 'less': {
        const mask = f.local('v128', f32x4.lt(v(operation.a), v(operation.b)))
        masks[index] = mask
        return v128.and(mask, constants.float(1))
      }
      case 'min':
      case 'max': {
        // With a constant on one side one instruction keeps the NaN of the other.
        const quick = operation.op === 'min' ? f32x4.pmin : f32x4.pmax
        if (isConstant(operation.b, finite)) return quick(v(operation.a), v(operation.b))
        if (isConstant(operation.a, finite)) return quick(v(operation.b), v(operation.a))
        return f32x4[operation.op](v(operation.a), v(operation.b))
      }
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
        return f32x4[operation.op](v(operation.a), v(operation.b))
      case 'neg':
      case 'abs':
      case 'sqrt':
        return f32x4[operation.op](v(operation.a))
      case 'sign': {
        const x = v(operation.a)
        const one = constants.float(1)
        const signs = f32x4.sub(v128.and(f32x4.gt(x, v128.zero), one), v128.and(f32x4.lt(x, v128.zero), one))
        return v128.bitselect(signs, x, f32x4.eq(x, x))
      }
      default:
        return functions[operation.op](v(operation.a))
    }
  }

  return (value) => {
    need(value)
    for (const index of [...needed].sort((a, b) => a - b)) {
      if (values[index] !== undefined) continue
      const operation = operationOf(index)
      if (operation === undefined) values[index] = read(index)
      else if (operation.op === 'constant' || operation.op === 'position') values[index] = compute(operation, index)
      else {
        const result = f.local('v128', compute(operation, index))
        values[index] = result
        // Node 20 would load the constants of all functions first and then run out of registers; it moves no load past a store.
        if (operation.op in functions) f.do(v128.store(i32.const(0), result, sinkAddress))
      }
    }
    return values[value] as V128
  }
}

/** The values an operation reads. */
export function operandsOf(operation: PointwiseOperation): readonly number[] {
  switch (operation.op) {
    case 'constant':
    case 'position':
      return []
    case 'select':
      return [operation.condition, operation.a, operation.b]
    default:
      return 'b' in operation ? [operation.a, operation.b] : [operation.a]
  }
}
