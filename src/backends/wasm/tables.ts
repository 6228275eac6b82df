/** Rows picked from a table by number, and the reverse. */

import { instructionBlock } from './block.ts'
import type { FunctionBuilder, I32, Local, ModuleBuilder, V128 } from './assembler.ts'
import { alongColumns, storeLanes, zerosBehind } from './columns.ts'
import { f32, f32x4, i32, v128 } from './opcodes.ts'
import { eachChunk, eachRow, kernel } from './walk.ts'

export const tableBlocks = {
  gather: instructionBlock(['table', 'ids', 'dest'], ['columns', 'pad', 'count']),
  'scatter-add': instructionBlock(['source', 'ids', 'dest'], ['columns', 'chunk', 'count']),
} as const

/** Sets `number` to the whole number that a float stands for; whether it stands for one of `count` from 0 on. */
export function named(f: FunctionBuilder, pointer: I32, number: Local<'i32'>, count: I32): I32 {
  const value = f.local('f32', f32.load(pointer))
  f.set(number, i32.truncF32(value))
  return i32.and(f32.eq(f32.fromI32(number), value), i32.ltU(number, count))
}

/** to[0 .. columns) += from[0 .. columns). */
export function addRow(f: FunctionBuilder, to: Local<'i32'>, from: Local<'i32'>, columns: I32): void {
  const at = f.local('i32')
  const sum = () => f32x4.add(v128.load(i32.add(to, at)), v128.load(i32.add(from, at)))
  alongColumns(
    f,
    columns,
    at,
    () => f.do(v128.store(i32.add(to, at), sum())),
    (lanes) => storeLanes(f, i32.add(to, at), f.local('v128', sum()), lanes),
  )
}

/** Adds the kernels of tables. */
export function addTables(module: ModuleBuilder): void {
  addGather(module)
  addScatterAdd(module)
}

function addGather(module: ModuleBuilder): void {
  const k = kernel(module, 'gather', tableBlocks.gather)
  const { f, t } = k
  const columns = k.field('columns')
  const pad = k.field('pad')
  const count = k.field('count')
  const table = f.local('i32')
  const id = f.local('i32')
  const at = f.local('i32')
  eachRow(k, t, k.get('outer'), ['ids', 'dest'], ({ ids, dest }, index) => {
    const copied = (from: V128): void =>
      alongColumns(
        f,
        columns,
        at,
        () => f.do(v128.store(i32.add(dest, at), from)),
        (lanes) => storeLanes(f, i32.add(dest, at), f.local('v128', from), lanes),
      )
    f.if(
      named(f, ids, id, count),
      () => {
        f.set(table, i32.add(k.get('table'), i32.mul(index, k.get('tableStride'))))
        f.set(table, i32.add(table, i32.mul(id, k.get('tablePitch'))))
        copied(v128.load(i32.add(table, at)))
      },
      () => copied(f32x4.splat(f32.const(NaN))),
    )
    zerosBehind(f, dest, columns, pad)
  })
}

function addScatterAdd(module: ModuleBuilder): void {
  const k = kernel(module, 'scatter-add', tableBlocks['scatter-add'])
  const { f } = k
  const columns = k.field('columns')
  const count = k.field('count')
  const row = f.local('i32')
  const id = f.local('i32')
  eachChunk(k, (first, steps) =>
    eachRow(k, first, steps, ['source', 'ids'], ({ source, ids }, index) => {
      f.if(named(f, ids, id, count), () => {
        f.set(row, i32.add(k.get('dest'), i32.mul(index, k.get('destStride'))))
        f.set(row, i32.add(row, i32.mul(id, k.get('destPitch'))))
        addRow(f, row, source, columns)
      })
    }),
  )
}
