/** Sums over rows, over columns, and of squares. */

import { instructionBlock } from './block.ts'
import type { FunctionBuilder, I32, Local, ModuleBuilder, V128 } from './assembler.ts'
import { alongColumns, storeLanes, times } from './columns.ts'
import { laneMask } from './constants.ts'
import type { Constants } from './constants.ts'
import { addRow } from './tables.ts'
import { f32, f32x4, f64, f64x2, i32, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'
import { eachChunk, eachRow, firstRow, kernel } from './walk.ts'

export const sumBlocks = {
  'sum-rows': instructionBlock(['source', 'dest'], ['columns', 'chunk']),
  'reduce-columns': instructionBlock(['source', 'dest'], ['columns'], ['largest']),
  'sum-squares': instructionBlock(['source', 'dest'], ['columns']),
  'weighted-sum': instructionBlock(['weight', 'source', 'dest'], ['columns', 'chunk']),
  'max-rows': instructionBlock(['source', 'dest'], ['columns']),
  dot: instructionBlock(['a', 'b', 'dest'], ['columns']),
} as const

/** Adds the kernels of sums. */
export function addSums(module: ModuleBuilder, constants: Constants, fma: MultiplyAdd): void {
  addSumRows(module)
  addReduceColumns(module, constants)
  addSumSquares(module)
  addWeightedSum(module, fma)
  addMaxRows(module)
  addDot(module, fma)
}

/** Puts in each column of a row what becomes of it. */
function changed(f: FunctionBuilder, row: I32, columns: I32, at: Local<'i32'>, value: () => V128): void {
  alongColumns(
    f,
    columns,
    at,
    () => f.do(v128.store(i32.add(row, at), value())),
    (lanes) => storeLanes(f, i32.add(row, at), f.local('v128', value()), lanes),
  )
}

function addWeightedSum(module: ModuleBuilder, fma: MultiplyAdd): void {
  const k = kernel(module, 'weighted-sum', sumBlocks['weighted-sum'])
  const { f } = k
  const columns = k.field('columns')
  const at = f.local('i32')
  const factor = f.local('v128')
  eachChunk(k, (first, count) =>
    eachRow(k, first, count, ['weight', 'source', 'dest'], ({ weight, source, dest }) => {
      f.set(factor, v128.loadSplat32(weight))
      changed(f, dest, columns, at, () => fma(factor, v128.load(i32.add(source, at)), v128.load(i32.add(dest, at))))
    }),
  )
}

function addMaxRows(module: ModuleBuilder): void {
  const k = kernel(module, 'max-rows', sumBlocks['max-rows'])
  const { f, t } = k
  const columns = k.field('columns')
  const at = f.local('i32')
  eachRow(k, t, k.get('outer'), ['source', 'dest'], ({ source, dest }) =>
    changed(f, dest, columns, at, () => f32x4.max(v128.load(i32.add(dest, at)), v128.load(i32.add(source, at)))),
  )
}

function addDot(module: ModuleBuilder, fma: MultiplyAdd): void {
  const k = kernel(module, 'dot', sumBlocks.dot)
  const { f, t } = k
  const columns = k.field('columns')
  const at = f.local('i32')
  const total = f.local('v128')
  eachRow(k, t, k.get('outer'), ['a', 'b', 'dest'], ({ a, b, dest }) => {
    const [left, right] = [v128.load(i32.add(a, at)), v128.load(i32.add(b, at))]
    f.set(total, v128.zero)
    alongColumns(
      f,
      columns,
      at,
      () => f.set(total, fma(left, right, total)),
      // What is behind the last column counts as zero, whatever it is.
      (lanes) => f.set(total, fma(v128.and(left, laneMask(lanes)), v128.and(right, laneMask(lanes)), total)),
    )
    f.do(f32.store(dest, laneSum(total)))
  })
}

/** Columns of the squares' blocks, as the contract says. */
const squaresColumns = 4096

/** Vectors summed over all rows at once. */
const sumVectors = 8

/** The sum of a vector's lanes, always in the same order. */
export const laneSum = (v: V128): ReturnType<typeof f32.add> =>
  f32.add(f32.add(f32.lane(v, 0), f32.lane(v, 1)), f32.add(f32.lane(v, 2), f32.lane(v, 3)))

function addSumRows(module: ModuleBuilder): void {
  const k = kernel(module, 'sum-rows', sumBlocks['sum-rows'])
  const { f, t } = k
  const columns = k.field('columns')
  const rows = k.field('rows')
  const dest = f.local('i32')
  const column = f.local('i32')
  const index = f.local('i32')
  const pointer = f.local('i32')
  const left = f.local('i32')

  /** Sums a chunk's `vectors` from byte `column` on; `finish` gets the sums. */
  const columnBlock = (vectors: number, first: I32, count: I32, finish: (sums: Local<'v128'>[]) => void): void => {
    const sums = Array.from({ length: vectors }, () => f.local('v128'))
    for (const sum of sums) f.set(sum, v128.zero)
    f.set(index, first)
    times(f, count, () => {
      f.set(pointer, i32.add(firstRow(k, 'source', index), column))
      f.set(left, rows)
      f.while(i32.gtS(left, i32.const(0)), () => {
        for (const [v, sum] of sums.entries()) f.set(sum, f32x4.add(sum, v128.load(pointer, 16 * v)))
        f.set(pointer, i32.add(pointer, k.get('sourcePitch')))
        f.set(left, i32.sub(left, i32.const(1)))
      })
      f.set(index, i32.add(index, i32.const(1)))
    })
    finish(sums)
  }
  const whole = (vectors: number, first: I32, count: I32): void => {
    columnBlock(vectors, first, count, (sums) => {
      const to = i32.add(dest, column)
      for (const [v, sum] of sums.entries()) f.do(v128.store(to, f32x4.add(v128.load(to, 16 * v), sum), 16 * v))
    })
    f.set(column, i32.add(column, i32.const(16 * vectors)))
  }

  const bytes = f.local('i32', i32.shl(columns, i32.const(2)))
  f.if(
    i32.or(k.get('destStride'), k.get('destPitch')),
    () =>
      eachChunk(k, (first, count) =>
        eachRow(k, first, count, ['source', 'dest'], (pointers) => addRow(f, pointers.dest, pointers.source, columns)),
      ),
    () => {
      f.set(dest, firstRow(k, 'dest', t))
      eachChunk(k, (first, count) => {
        f.set(column, i32.const(0))
        const room = (vectors: number): I32 => i32.leS(i32.add(column, i32.const(16 * vectors)), bytes)
        f.while(room(sumVectors), () => whole(sumVectors, first, count))
        f.while(room(1), () => whole(1, first, count))
        const lanes = i32.and(columns, i32.const(3))
        f.if(lanes, () =>
          columnBlock(1, first, count, ([sum]) => {
            const to = i32.add(dest, column)
            storeLanes(f, to, f.local('v128', f32x4.add(v128.load(to), sum as V128)), lanes)
          }),
        )
      })
    },
  )
}

/** Leaves in a variable the sum or maximum of a row. */
export function reduceRow(
  f: FunctionBuilder,
  constants: Constants,
  reduction: 'sum' | 'max',
  row: I32,
  columns: I32,
): Local<'v128'> {
  const at = f.local('i32')
  const total = f.local('v128', reduction === 'sum' ? v128.zero : constants.float(-Infinity))
  const here = v128.load(i32.add(row, at))
  alongColumns(
    f,
    columns,
    at,
    () => f.set(total, f32x4[reduction === 'sum' ? 'add' : 'max'](total, here)),
    (lanes) =>
      f.set(
        total,
        reduction === 'sum'
          ? f32x4.add(total, v128.and(here, laneMask(lanes)))
          : f32x4.max(total, v128.bitselect(here, constants.float(-Infinity), laneMask(lanes))),
      ),
  )
  return total
}

/** The largest of a vector's lanes. */
export const laneMax = (v: V128): ReturnType<typeof f32.max> =>
  f32.max(f32.max(f32.lane(v, 0), f32.lane(v, 1)), f32.max(f32.lane(v, 2), f32.lane(v, 3)))

function addReduceColumns(module: ModuleBuilder, constants: Constants): void {
  const k = kernel(module, 'reduce-columns', sumBlocks['reduce-columns'])
  const { f, t } = k
  const columns = k.field('columns')
  const reduce = (reduction: 'sum' | 'max'): void =>
    eachRow(k, t, k.get('outer'), ['source', 'dest'], ({ source, dest }) => {
      const total = reduceRow(f, constants, reduction, source, columns)
      f.do(f32.store(dest, reduction === 'sum' ? laneSum(total) : laneMax(total)))
    })
  f.if(
    k.get('largest'),
    () => reduce('max'),
    () => reduce('sum'),
  )
}

function addSumSquares(module: ModuleBuilder): void {
  const k = kernel(module, 'sum-squares', sumBlocks['sum-squares'])
  const { f, t } = k
  const left = k.field('columns')
  const source = f.local('i32', firstRow(k, 'source', t))
  const total = f.local('f64', f64.const(0))
  const columns = f.local('i32')
  const at = f.local('i32')
  const low = f.local('v128')
  const high = f.local('v128')
  const add = (four: V128): void => {
    const value = f.local('v128', four)
    const first = f.local('v128', f64x2.promoteLow(value))
    const second = f.local('v128', f64x2.promoteLow(v128.shuffle32(value, value, [2, 3, 2, 3])))
    f.set(low, f64x2.add(low, f64x2.mul(first, first)))
    f.set(high, f64x2.add(high, f64x2.mul(second, second)))
  }
  f.while(i32.gtS(left, i32.const(0)), () => {
    f.set(columns, left)
    f.if(i32.gtS(columns, i32.const(squaresColumns)), () => f.set(columns, i32.const(squaresColumns)))
    f.set(low, v128.zero)
    f.set(high, v128.zero)
    const here = v128.load(i32.add(source, at))
    alongColumns(
      f,
      columns,
      at,
      () => add(here),
      (lanes) => add(v128.and(here, laneMask(lanes))),
    )
    const lanes = f64.add(f64.add(f64.lane(low, 0), f64.lane(low, 1)), f64.add(f64.lane(high, 0), f64.lane(high, 1)))
    f.set(total, f64.add(total, lanes))
    f.set(source, i32.add(source, i32.const(4 * squaresColumns)))
    f.set(left, i32.sub(left, columns))
  })
  f.do(f32.store(firstRow(k, 'dest', t), f32.fromF64(total)))
}
