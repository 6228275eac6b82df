/**
 * dest[m, n] += Σ g[i, m] · a[i, n], the long inner index i running over steps and rows: the gradient of a matrix.
 *
 * Both operands are packed, a part of the inner index at a time, so that a tile reads two short streams; the sums of a tile
 * are one chain each, kept between parts in scratch memory.
 */

import type { GemmTaInstruction } from '../backend.ts'
import { fixed } from '../program/place.ts'
import { blockOf } from './block.ts'
import type { Callable, FunctionBuilder, I32, Local, ModuleBuilder, V128 } from './assembler.ts'
import { storePart } from './columns.ts'
import { zerosAddress } from './constants.ts'
import type { TileShape } from './gemm.ts'
import type { Layouter } from './layouter.ts'
import { f32x4, i32, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'
import { eachChunk, kernel } from './walk.ts'
import type { Kernel } from './walk.ts'

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

/** The functions that a contraction calls. */
interface Pieces {
  readonly tile: Callable
  readonly panelsOfG: Panels
  readonly panelsOfA: Panels
  readonly finish: Callable
}

function addPieces(module: ModuleBuilder, fma: MultiplyAdd, shape: TileShape): Pieces {
  const tile = addTile(module, shape, fma)
  const panelsOf = (width: number): Panels => ({
    width,
    one: addPanels(module, width, 1),
    several: addPanels(module, width, panelsAtOnce),
  })
  return { tile, panelsOfG: panelsOf(shape.rows), panelsOfA: panelsOf(panelColumns), finish: addFinish(module) }
}

type TaKernel = Kernel<keyof typeof gemmTaBlock.at>

/** The variables of a contraction. */
function variablesOf(k: TaKernel) {
  const { f } = k
  const local = (): Local<'i32'> => f.local('i32')
  const fields = { m: k.field('m'), n: k.field('n'), rows: k.field('rows'), packedA: k.field('scratch') }
  return {
    ...fields,
    ...{ packedG: local(), sums: local() },
    ...{ total: local(), done: local(), count: local(), atM: local(), atN: local(), row: local(), outer: local() },
    ...{ r: local(), c: local(), to: local(), from: local(), sum: local() },
    ...{ panelA: local(), panelG: local(), start: local() },
    dest: f.local('i32', i32.add(k.get('dest'), i32.mul(k.t, k.get('destStride')))),
    destPitch: k.field('destPitch'),
  }
}

type TaVariables = ReturnType<typeof variablesOf>

const bytes = (floats: I32): I32 => i32.shl(floats, i32.const(2))

function smaller(f: FunctionBuilder, value: I32, limit: number): Local<'i32'> {
  const local = f.local('i32', value)
  f.if(i32.gtS(local, i32.const(limit)), () => f.set(local, i32.const(limit)))
  return local
}

/** Packs `size` columns of an operand from column `at` on. */
function packed(
  k: TaKernel,
  v: TaVariables,
  name: 'g' | 'a',
  { width, one, several }: Panels,
  into: I32,
  at: I32,
  size: I32,
): void {
  const { f } = k
  f.set(v.to, into)
  f.set(
    v.from,
    i32.add(
      i32.add(k.get(name), i32.mul(v.outer, k.get(`${name}Stride`))),
      i32.add(i32.mul(v.row, k.get(`${name}Pitch`)), bytes(at)),
    ),
  )
  f.set(v.c, size)
  const fill = (panel: Callable, columns: number): void => {
    f.call(panel, v.from, v.to, k.get(`${name}Stride`), k.get(`${name}Pitch`), v.rows, v.row, v.count)
    f.set(v.to, i32.add(v.to, i32.mul(v.count, i32.const(4 * columns))))
    f.set(v.from, i32.add(v.from, i32.const(4 * columns)))
    f.set(v.c, i32.sub(v.c, i32.const(columns)))
  }
  f.while(i32.geS(v.c, i32.const(panelsAtOnce * width)), () => fill(several, panelsAtOnce * width))
  f.while(i32.gtS(v.c, i32.const(0)), () => fill(one, width))
}

/** The tiles of one piece of g against all of a, as far as both are packed. */
function tilesOfPiece(
  f: FunctionBuilder,
  v: TaVariables,
  { tile, finish }: Pieces,
  shape: TileShape,
  { height, columns, last, end }: Readonly<Record<'height' | 'columns' | 'last' | 'end', Local<'i32'>>>,
): void {
  const across = (): void => {
    f.set(v.start, i32.select(v.done, v.sum, i32.const(zerosAddress)))
    f.call(tile, v.panelG, v.panelA, v.count, v.start, v.sum)
    f.if(last, () => {
      const row = i32.mul(i32.add(v.atM, v.r), v.destPitch)
      const there = i32.add(v.dest, i32.add(row, bytes(i32.add(v.atN, v.c))))
      const high = smaller(f, i32.sub(height, v.r), shape.rows)
      f.call(finish, there, v.destPitch, v.sum, high, i32.sub(columns, v.c))
    })
    f.set(v.sum, i32.add(v.sum, i32.const(4 * panelColumns * shape.rows)))
    f.set(v.panelA, i32.add(v.panelA, i32.mul(v.count, i32.const(4 * panelColumns))))
    f.set(v.c, i32.add(v.c, i32.const(panelColumns)))
  }
  f.repeat(
    () => {
      f.set(v.panelA, v.packedA)
      f.set(v.c, i32.const(0))
      f.while(i32.ltS(v.c, columns), across)
      f.set(v.panelG, i32.add(v.panelG, i32.mul(v.count, i32.const(4 * shape.rows))))
      f.set(v.r, i32.add(v.r, i32.const(shape.rows)))
    },
    i32.ltS(v.r, end),
  )
}

/** Adds `gemm-ta`. */
export function addGemmTa(module: ModuleBuilder, fma: MultiplyAdd, shape: TileShape): void {
  const pieces = addPieces(module, fma, shape)
  const k = kernel(module, 'gemm-ta', gemmTaBlock)
  const { f } = k
  const v = variablesOf(k)
  // The same for all blocks: where the parts of the scratch memory begin.
  const widest = smaller(f, v.n, blockColumns)
  f.set(v.packedG, i32.and(i32.add(widest, i32.const(panelColumns - 1)), i32.const(-panelColumns)))
  f.set(v.packedG, i32.add(v.packedA, i32.mul(v.packedG, i32.const(4 * depth))))
  f.set(v.sums, i32.add(v.packedG, i32.const(4 * pieceRows * depth)))

  /** The next inner indices of a block of dest. */
  const part = (first: Local<'i32'>, height: Local<'i32'>, columns: Local<'i32'>): void => {
    f.set(v.count, i32.sub(v.total, v.done))
    f.if(i32.gtS(v.count, i32.const(depth)), () => f.set(v.count, i32.const(depth)))
    f.set(v.outer, i32.divU(v.done, v.rows))
    f.set(v.row, i32.sub(v.done, i32.mul(v.outer, v.rows)))
    f.set(v.outer, i32.add(v.outer, first))
    packed(k, v, 'a', pieces.panelsOfA, v.packedA, v.atN, columns)
    const last = f.local('i32', i32.eq(i32.add(v.done, v.count), v.total))
    f.set(v.sum, v.sums)
    f.set(v.r, i32.const(0))
    f.while(i32.ltS(v.r, height), () => {
      const end = f.local('i32', i32.add(v.r, smaller(f, i32.sub(height, v.r), pieceRows)))
      packed(k, v, 'g', pieces.panelsOfG, v.packedG, i32.add(v.atM, v.r), i32.sub(end, v.r))
      f.set(v.panelG, v.packedG)
      tilesOfPiece(f, v, pieces, shape, { height, columns, last, end })
    })
    f.set(v.done, i32.add(v.done, v.count))
  }
  eachChunk(k, (first, steps) => {
    f.set(v.total, i32.mul(steps, v.rows))
    f.set(v.atN, i32.const(0))
    f.while(i32.ltS(v.atN, v.n), () => {
      const columns = smaller(f, i32.sub(v.n, v.atN), blockColumns)
      f.set(v.atM, i32.const(0))
      f.while(i32.ltS(v.atM, v.m), () => {
        const height = smaller(f, i32.sub(v.m, v.atM), blockRows)
        f.set(v.done, i32.const(0))
        f.while(i32.ltS(v.done, v.total), () => part(first, height, columns))
        f.set(v.atM, i32.add(v.atM, height))
      })
      f.set(v.atN, i32.add(v.atN, columns))
    })
  })
}
