/**
 * dest[m, n] += Σ g[i, m] · a[i, n], the long inner index i running over steps and rows: the gradient of a matrix.
 *
 * Both operands are packed, a part of the inner index at a time, so that a tile reads two short streams; the sums of a tile
 * are one chain each, kept between parts in scratch memory.
 */

import type { GemmTaInstruction } from '../backend.ts'
import { fixed } from '../program/place.ts'
import { blockOf } from './block.ts'
import type { Callable, I32, Local, ModuleBuilder, V128 } from './assembler.ts'
import { storePart } from './columns.ts'
import { zerosAddress } from './constants.ts'
import type { TileShape } from './gemm.ts'
import type { Layouter } from './layouter.ts'
import { f32x4, i32, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'
import { eachChunk, kernel } from './walk.ts'

export const gemmTaBlock = blockOf(
  'outer',
  'rows',
  'g',
  'gStride',
  'gPitch',
  'a',
  'aStride',
  'aPitch',
  'dest',
  'destStride',
  'destPitch',
  'm',
  'n',
  'chunk',
  'scratch',
)

/** Rows of the result that stay together: whole tiles of either size. */
const grain = 12

const largestChunk = 0x7fffffff

export function layOutGemmTa(it: GemmTaInstruction, to: Layouter): void {
  const { at, bytes } = gemmTaBlock
  const { m, n, chunk } = it
  const { shared } = to
  shared.scratchFloats = Math.max(shared.scratchFloats, gemmTaScratch(m, n))
  const laid = to.call('gemm-ta', bytes)
  const g = to.place(laid, at, 'g', it.g)
  to.place(laid, at, 'a', it.a)
  const dest = to.place(laid, at, 'dest', it.dest)
  to.numbers(laid, at, { m, n, chunk: Math.min(chunk, largestChunk) })
  to.layout.set(laid.block + at.scratch, 0, 1, 'scratch')
  to.span(laid, at, it)
  laid.ways.push({ items: fixed(m), grain, count: laid.block + at.m, moves: [{ ...g, by: fixed(1) }, dest] })
}

/** Inner indices packed at a time: a panel of each operand fits the first-level cache. */
const depth = 512
/** Rows and columns of dest done at a time, which bounds the scratch memory. A multiple of every tile's rows. */
const blockRows = 1020
const blockColumns = 1024
/** Rows of g packed at a time, so that they and a stay in the second-level cache. A multiple of every tile's rows. */
const pieceRows = 120
const panelColumns = 8

const up = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple

/** Floats of scratch memory that a product of m × n needs. */
function gemmTaScratch(m: number, n: number): number {
  const rows = up(Math.min(m, blockRows), 12)
  const columns = up(Math.min(n, blockColumns), panelColumns)
  return (pieceRows + columns) * depth + rows * columns
}

/** A tile of sums over `count` packed inner indices. Parameters: g, a, count, start, sums (both of eight columns a row). */
function addTile(module: ModuleBuilder, { rows, unroll }: TileShape, fma: MultiplyAdd): Callable {
  const f = module.function(['i32', 'i32', 'i32', 'i32', 'i32'])
  const g = f.parameter(0, 'i32')
  const a = f.parameter(1, 'i32')
  const count = f.parameter(2, 'i32')
  const start = f.parameter(3, 'i32')
  const out = f.parameter(4, 'i32')
  const sums = Array.from({ length: 2 * rows }, (_, v) => f.local('v128', v128.load(start, 16 * v)))
  const step = (at: number): void => {
    const low = f.local('v128', v128.load(a, 32 * at))
    const high = f.local('v128', v128.load(a, 32 * at + 16))
    for (let r = 0; r < rows; r++) {
      const value = f.local('v128', v128.loadSplat32(g, 4 * (rows * at + r)))
      for (const [half, column] of [low, high].entries()) {
        const sum = sums[2 * r + half] as Local<'v128'>
        f.set(sum, fma(value, column, sum))
      }
    }
  }
  const all = Array.from({ length: unroll }, (_, at) => () => step(at))
  f.rounds(count, all, () => {
    f.set(g, i32.add(g, i32.const(4 * rows * unroll)))
    f.set(a, i32.add(a, i32.const(4 * panelColumns * unroll)))
  })
  for (const [v, sum] of sums.entries()) f.do(v128.store(out, sum, 16 * v))
  return f
}

/** Panels filled in one pass over the rows: the more, the fewer times a line of the source is fetched. */
const panelsAtOnce = 4

/**
 * Copies the columns of `panels` panels of `width` columns, for `count` inner indices.
 * Parameters: from, to, stride, pitch, rows, row (of the first inner index), count.
 */
function addPanels(module: ModuleBuilder, width: number, panels: number): Callable {
  const f = module.function(['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'])
  const [from, to, stride, pitch, rows, row, count] = [0, 1, 2, 3, 4, 5, 6].map((i) => f.parameter(i, 'i32')) as [
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
  ]
  // From the last row of an outer index to the first of the next.
  const skip = f.local('i32', i32.sub(stride, i32.mul(pitch, rows)))
  const panelBytes = f.local('i32', i32.mul(count, i32.const(4 * width)))
  const tos = [to]
  for (let p = 1; p < panels; p++) tos.push(f.local('i32', i32.add(tos[p - 1] as I32, panelBytes)))
  f.while(i32.gtS(count, i32.const(0)), () => {
    for (const [p, panel] of tos.entries()) {
      let c = 0
      for (; c + 4 <= width; c += 4) f.do(v128.store(panel, v128.load(from, 4 * (p * width + c)), 4 * c))
      if (c < width) f.do(v128.storeLane64(panel, v128.load64Zero(from, 4 * (p * width + c)), 0, 4 * c))
      f.set(panel, i32.add(panel, i32.const(4 * width)))
    }
    f.set(from, i32.add(from, pitch))
    f.set(row, i32.add(row, i32.const(1)))
    f.if(i32.eq(row, rows), () => {
      f.set(row, i32.const(0))
      f.set(from, i32.add(from, skip))
    })
    f.set(count, i32.sub(count, i32.const(1)))
  })
  return f
}

/** dest += a tile's sums. Parameters: dest, destPitch, sums, rows, width. */
function addFinish(module: ModuleBuilder): Callable {
  const f = module.function(['i32', 'i32', 'i32', 'i32', 'i32'])
  const [dest, pitch, sums, rows, width] = [0, 1, 2, 3, 4].map((i) => f.parameter(i, 'i32')) as [
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
  ]
  const low = f.local('v128')
  const high = f.local('v128')
  f.while(i32.gtS(rows, i32.const(0)), () => {
    f.set(low, f32x4.add(v128.load(dest), v128.load(sums)))
    f.set(high, f32x4.add(v128.load(dest, 16), v128.load(sums, 16)))
    f.if(
      i32.geS(width, i32.const(panelColumns)),
      () => {
        f.do(v128.store(dest, low))
        f.do(v128.store(dest, high, 16))
      },
      () => storePart(f, dest, [low, high] as V128[], width),
    )
    f.set(dest, i32.add(dest, pitch))
    f.set(sums, i32.add(sums, i32.const(4 * panelColumns)))
    f.set(rows, i32.sub(rows, i32.const(1)))
  })
  return f
}

/** Functions that fill panels of a width, one or several at a time. */
interface Panels {
  readonly width: number
  readonly one: Callable
  readonly several: Callable
}

/** Adds `gemm-ta`. */
export function addGemmTa(module: ModuleBuilder, fma: MultiplyAdd, shape: TileShape): void {
  const tile = addTile(module, shape, fma)
  const panelsOf = (width: number): Panels => ({
    width,
    one: addPanels(module, width, 1),
    several: addPanels(module, width, panelsAtOnce),
  })
  const panelsOfG = panelsOf(shape.rows)
  const panelsOfA = panelsOf(panelColumns)
  const finish = addFinish(module)

  const k = kernel(module, 'gemm-ta', gemmTaBlock)
  const { f } = k
  const m = k.field('m')
  const n = k.field('n')
  const rows = k.field('rows')
  const packedA = k.field('scratch')
  const packedG = f.local('i32')
  const sums = f.local('i32')
  const smaller = (value: I32, limit: number): Local<'i32'> => {
    const local = f.local('i32', value)
    f.if(i32.gtS(local, i32.const(limit)), () => f.set(local, i32.const(limit)))
    return local
  }
  // The same for all blocks: where the parts of the scratch memory begin.
  const widest = smaller(n, blockColumns)
  f.set(packedG, i32.and(i32.add(widest, i32.const(panelColumns - 1)), i32.const(-panelColumns)))
  f.set(packedG, i32.add(packedA, i32.mul(packedG, i32.const(4 * depth))))
  f.set(sums, i32.add(packedG, i32.const(4 * pieceRows * depth)))

  const total = f.local('i32')
  const done = f.local('i32')
  const count = f.local('i32')
  const atM = f.local('i32')
  const atN = f.local('i32')
  const row = f.local('i32')
  const outer = f.local('i32')
  const r = f.local('i32')
  const c = f.local('i32')
  const to = f.local('i32')
  const from = f.local('i32')
  const sum = f.local('i32')
  const panelA = f.local('i32')
  const panelG = f.local('i32')
  const start = f.local('i32')
  const bytes = (floats: I32): I32 => i32.shl(floats, i32.const(2))

  const packed = (name: 'g' | 'a', { width, one, several }: Panels, into: I32, at: I32, size: I32): void => {
    f.set(to, into)
    f.set(
      from,
      i32.add(
        i32.add(k.get(name), i32.mul(outer, k.get(`${name}Stride`))),
        i32.add(i32.mul(row, k.get(`${name}Pitch`)), bytes(at)),
      ),
    )
    f.set(c, size)
    const fill = (panel: Callable, columns: number): void => {
      f.call(panel, from, to, k.get(`${name}Stride`), k.get(`${name}Pitch`), rows, row, count)
      f.set(to, i32.add(to, i32.mul(count, i32.const(4 * columns))))
      f.set(from, i32.add(from, i32.const(4 * columns)))
      f.set(c, i32.sub(c, i32.const(columns)))
    }
    f.while(i32.geS(c, i32.const(panelsAtOnce * width)), () => fill(several, panelsAtOnce * width))
    f.while(i32.gtS(c, i32.const(0)), () => fill(one, width))
  }

  const dest = f.local('i32', i32.add(k.get('dest'), i32.mul(k.t, k.get('destStride'))))
  const destPitch = k.field('destPitch')
  eachChunk(k, (first, steps) => {
    f.set(total, i32.mul(steps, rows))
    f.set(atN, i32.const(0))
    f.while(i32.ltS(atN, n), () => {
      const columns = smaller(i32.sub(n, atN), blockColumns)
      f.set(atM, i32.const(0))
      f.while(i32.ltS(atM, m), () => {
        const height = smaller(i32.sub(m, atM), blockRows)
        f.set(done, i32.const(0))
        f.while(i32.ltS(done, total), () => {
          f.set(count, i32.sub(total, done))
          f.if(i32.gtS(count, i32.const(depth)), () => f.set(count, i32.const(depth)))
          f.set(outer, i32.divU(done, rows))
          f.set(row, i32.sub(done, i32.mul(outer, rows)))
          f.set(outer, i32.add(outer, first))
          packed('a', panelsOfA, packedA, atN, columns)
          const last = f.local('i32', i32.eq(i32.add(done, count), total))
          f.set(sum, sums)
          f.set(r, i32.const(0))
          f.while(i32.ltS(r, height), () => {
            const pieceEnd = f.local('i32', i32.add(r, smaller(i32.sub(height, r), pieceRows)))
            packed('g', panelsOfG, packedG, i32.add(atM, r), i32.sub(pieceEnd, r))
            f.set(panelG, packedG)
            f.repeat(
              () => {
                f.set(panelA, packedA)
                f.set(c, i32.const(0))
                f.while(i32.ltS(c, columns), () => {
                  f.set(start, i32.select(done, sum, i32.const(zerosAddress)))
                  f.call(tile, panelG, panelA, count, start, sum)
                  f.if(last, () => {
                    const there = i32.add(dest, i32.add(i32.mul(i32.add(atM, r), destPitch), bytes(i32.add(atN, c))))
                    const high = smaller(i32.sub(height, r), shape.rows)
                    f.call(finish, there, destPitch, sum, high, i32.sub(columns, c))
                  })
                  f.set(sum, i32.add(sum, i32.const(4 * panelColumns * shape.rows)))
                  f.set(panelA, i32.add(panelA, i32.mul(count, i32.const(4 * panelColumns))))
                  f.set(c, i32.add(c, i32.const(panelColumns)))
                })
                f.set(panelG, i32.add(panelG, i32.mul(count, i32.const(4 * shape.rows))))
                f.set(r, i32.add(r, i32.const(shape.rows)))
              },
              i32.ltS(r, pieceEnd),
            )
          })
          f.set(done, i32.add(done, count))
        })
        f.set(atM, i32.add(atM, height))
      })
      f.set(atN, i32.add(atN, columns))
    })
  })
}
