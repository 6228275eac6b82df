/** Going along the columns of a row in vectors of four, never writing past the last column. */

import type { FunctionBuilder, I32, Local, V128 } from './assembler.ts'
import { i32, v128 } from './opcodes.ts'

/** Stores the first `width` floats of a row of vectors; `width` is known only at run time, and less than what they hold. */
export function storePart(f: FunctionBuilder, address: I32, vectors: readonly V128[], width: I32): void {
  const from = (v: number): void => {
    const vector = vectors[v]
    if (vector === undefined) return
    f.if(
      i32.geS(width, i32.const(4 * v + 4)),
      () => {
        f.do(v128.store(address, vector, 16 * v))
        from(v + 1)
      },
      () => storeLanes(f, address, vector, i32.and(width, i32.const(3)), 16 * v),
    )
  }
  from(0)
}

/** Stores the first `lanes` (0 to 3) floats of a vector. */
export function storeLanes(f: FunctionBuilder, address: I32, vector: V128, lanes: I32 | number, offset = 0): void {
  if (typeof lanes === 'number') {
    if (lanes >= 2) f.do(v128.storeLane64(address, vector, 0, offset))
    if (lanes === 1) f.do(v128.storeLane32(address, vector, 0, offset))
    if (lanes === 3) f.do(v128.storeLane32(address, vector, 2, offset + 8))
    return
  }
  f.if(
    i32.and(lanes, i32.const(2)),
    () => {
      f.do(v128.storeLane64(address, vector, 0, offset))
      f.if(i32.and(lanes, i32.const(1)), () => f.do(v128.storeLane32(address, vector, 2, offset + 8)))
    },
    () => f.if(i32.and(lanes, i32.const(1)), () => f.do(v128.storeLane32(address, vector, 0, offset))),
  )
}

/**
 * Runs `whole` for each four of `columns`, then `part` for the one to three left, `at` being the byte offset in the row.
 */
export function alongColumns(
  f: FunctionBuilder,
  columns: I32,
  at: Local<'i32'>,
  whole: () => void,
  part: (lanes: Local<'i32'>) => void,
): void {
  const end = f.local('i32', i32.shl(i32.and(columns, i32.const(-4)), i32.const(2)))
  f.set(at, i32.const(0))
  f.while(i32.ltU(at, end), () => {
    whole()
    f.set(at, i32.add(at, i32.const(16)))
  })
  const lanes = f.local('i32', i32.and(columns, i32.const(3)))
  f.if(lanes, () => part(lanes))
}

/** A loop with `count` rounds. */
export function times(f: FunctionBuilder, count: I32, body: () => void): void {
  const left = f.local('i32', count)
  f.while(i32.gtS(left, i32.const(0)), () => {
    body()
    f.set(left, i32.sub(left, i32.const(1)))
  })
}

/** Zeros in columns [columns, columns + pad) of a row. */
export function zerosBehind(f: FunctionBuilder, row: I32, columns: I32, pad: I32): void {
  const left = f.local('i32', pad)
  f.if(left, () => {
    const to = f.local('i32', i32.add(row, i32.shl(columns, i32.const(2))))
    f.while(i32.geS(left, i32.const(4)), () => {
      f.do(v128.store(to, v128.zero))
      f.set(to, i32.add(to, i32.const(16)))
      f.set(left, i32.sub(left, i32.const(4)))
    })
    storeLanes(f, to, v128.zero, left)
  })
}
