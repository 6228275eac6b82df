/**
 * dest = start + a · pack, the packed matrix lying in panels of eight columns: [n / 8][k][8].
 *
 * Every element is one chain: start, then one multiply-add for each k in rising order. A tile keeps some rows and columns of
 * chains in registers; which tile serves an element changes nothing in its chain, so neither does the number of rows.
 */

import type { GemmInstruction } from '../backend.ts'
import { blockOf } from './block.ts'
import type { FunctionBuilder, I32, Local, ModuleBuilder, V128 } from './assembler.ts'
import type { Callable } from './assembler.ts'
import { i32, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'
import { storePart } from './columns.ts'
import { zerosAddress } from './constants.ts'
import type { Layouter } from './layouter.ts'
import { packedFloats, panelColumns } from './panels.ts'

/** Steps of k done before the next rows: a panel's part, 8 × 512 floats, stays in the first-level cache. */
const depth = 512

/** Bytes of `a` that pass under all panels before the next rows come: they stay in the second-level cache. */
const rowBlockBytes = 196608

/**
 * The largest tile, how many steps of k one round of its loop does, and which smaller tile goes first where the rows left
 * would otherwise end in a tile too small to hide its latency.
 */
export interface TileShape {
  readonly rows: number
  readonly unroll: number
  readonly splits: { readonly from: number; readonly to: number; readonly first: number }
}

/** Without a fused multiply-add the products need registers too, so that the tile is smaller. */
export const tileShape = (fused: boolean): TileShape =>
  fused
    ? { rows: 6, unroll: 4, splits: { from: 7, to: 8, first: 4 } }
    : { rows: 4, unroll: 4, splits: { from: 5, to: 6, first: 3 } }

export const gemmBlock = blockOf(
  'outer',
  'rows',
  'a',
  'aStride',
  'aPitch',
  'pack',
  'k',
  'n',
  'dest',
  'destStride',
  'destPitch',
  'start',
  'startStride',
  'startPitch',
)

/** Says that `start` is the row of zeros that every memory has at a fixed place. */
const zeroStart = zerosAddress

export function layOutGemm(it: GemmInstruction, to: Layouter): void {
  const { at, bytes } = gemmBlock
  const { k, n, start, pack } = it
  to.shared.packFloats[pack] = packedFloats(k, n)
  const laid = to.call('gemm', bytes, it.rows)
  const moves = [to.place(laid, at, 'a', it.a), to.place(laid, at, 'dest', it.dest)]
  to.layout.set(laid.block + at.pack, 0, 1, { pack })
  to.numbers(laid, at, { k, n })
  if (start === 'zero') to.numbers(laid, at, { start: zeroStart, startStride: 0, startPitch: 0 })
  else moves.push(to.place(laid, at, 'start', start === 'dest' ? it.dest : { ...start.row, pitch: [] }))
  to.dealRows(laid, at, it, moves)
}

const tileParameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/**
 * A tile of `rows` × (8 · `panels`) chains.
 * Parameters: a, aPitch, panel, panelBytes, k, dest, destPitch, start, startPitch, width (columns to write).
 */
export function addTile(
  module: ModuleBuilder,
  rows: number,
  panels: number,
  fma: MultiplyAdd,
  unroll: number,
  name?: string,
): Callable {
  const f = module.function(tileParameters, name)
  const [a, aPitch, panel, panelBytes, k, dest, destPitch, start, startPitch, width] = tileParameters.map(
    (type, index) => f.parameter(index, type),
  ) as [
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
  ]
  const vectors = 2 * panels
  const sums: Local<'v128'>[][] = []
  for (let r = 0; r < rows; r++) {
    const row: Local<'v128'>[] = []
    for (let v = 0; v < vectors; v++) row.push(f.local('v128', v128.load(start, 16 * v)))
    if (r + 1 < rows) f.set(start, i32.add(start, startPitch))
    sums.push(row)
  }
  const as = [a]
  for (let r = 1; r < rows; r++) as.push(f.local('i32', i32.add(as[r - 1] as I32, aPitch)))
  const ws = [panel]
  for (let p = 1; p < panels; p++) ws.push(f.local('i32', i32.add(ws[p - 1] as I32, panelBytes)))
  const step = (at: number): void => {
    if (rows === 1) {
      const value = f.local('v128', v128.loadSplat32(a, 4 * at))
      for (const [v, sum] of (sums[0] as Local<'v128'>[]).entries()) {
        const w = v128.load(ws[v >> 1] as I32, 32 * at + 16 * (v & 1))
        f.set(sum, fma(value, w, sum))
      }
      return
    }
    const w: Local<'v128'>[] = []
    for (let v = 0; v < vectors; v++) w.push(f.local('v128', v128.load(ws[v >> 1] as I32, 32 * at + 16 * (v & 1))))
    for (let r = 0; r < rows; r++) {
      const value = f.local('v128', v128.loadSplat32(as[r] as I32, 4 * at))
      for (const [v, sum] of (sums[r] as Local<'v128'>[]).entries()) f.set(sum, fma(value, w[v] as V128, sum))
    }
  }
  const all = Array.from({ length: unroll }, (_, at) => () => step(at))
  f.if(k, () =>
    f.rounds(k, all, () => {
      for (const pointer of as) f.set(pointer, i32.add(pointer, i32.const(4 * unroll)))
      for (const pointer of ws) f.set(pointer, i32.add(pointer, i32.const(32 * unroll)))
    }),
  )
  const whole = (): void => {
    for (const [r, row] of sums.entries()) {
      for (const [v, sum] of row.entries()) f.do(v128.store(dest, sum, 16 * v))
      if (r + 1 < rows) f.set(dest, i32.add(dest, destPitch))
    }
  }
  f.if(i32.geS(width, i32.const(4 * vectors)), whole, () => {
    for (const [r, row] of sums.entries()) {
      storePart(f, dest, row, width)
      if (r + 1 < rows) f.set(dest, i32.add(dest, destPitch))
    }
  })
  return f
}

/** Tiles of every height up to the largest, one panel wide; and wider ones of one or two rows. */
interface Tiles {
  readonly tall: readonly Callable[]
  readonly wide: readonly { readonly rows: number; readonly panels: number; readonly tile: Callable }[]
}

function addTiles(module: ModuleBuilder, fma: MultiplyAdd, { rows: tileRows, unroll }: TileShape): Tiles {
  const tall: Callable[] = []
  for (let rows = 1; rows <= tileRows; rows++) tall[rows] = addTile(module, rows, 1, fma, unroll)
  // One or two rows take several panels at once: a single panel would have too few chains to hide their latency.
  const wide = [
    { rows: 1, panels: 3, tile: addTile(module, 1, 3, fma, unroll) },
    { rows: 1, panels: 2, tile: addTile(module, 1, 2, fma, unroll) },
    { rows: 2, panels: 2, tile: addTile(module, 2, 2, fma, unroll) },
  ]
  return { tall, wide }
}

const bytes = (floats: I32): I32 => i32.shl(floats, i32.const(2))

/** The variables of the function that multiplies the rows of one outer index. */
function rowVariables(f: FunctionBuilder) {
  const [block, a, dest, start, rows] = [0, 1, 2, 3, 4].map((i) => f.parameter(i, 'i32')) as [
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
  ]
  const field = (name: keyof typeof gemmBlock.at): Local<'i32'> => f.local('i32', i32.load(block, gemmBlock.at[name]))
  const fields = {
    aPitch: field('aPitch'),
    k: field('k'),
    n: field('n'),
    pack: field('pack'),
    destPitch: field('destPitch'),
    startPitch: field('startPitch'),
  }
  return {
    ...{ a, dest, start, rows },
    ...fields,
    panelBytes: f.local('i32', i32.mul(fields.k, i32.const(4 * panelColumns))),
    done: f.local('i32', i32.const(0)),
    at: f.local('i32'),
    count: f.local('i32'),
    panel: f.local('i32'),
    column: f.local('i32'),
    left: f.local('i32'),
    tileA: f.local('i32'),
    tileDest: f.local('i32'),
    tileStart: f.local('i32'),
    blockA: f.local('i32'),
    blockRows: f.local('i32'),
    thisStart: f.local('i32'),
    thisPitch: f.local('i32'),
  }
}

type RowVariables = ReturnType<typeof rowVariables>

/** One tile after the other down the rows of a block, or one wide tile over all of them. */
function alongRows(
  f: FunctionBuilder,
  v: RowVariables,
  { tall, wide }: Tiles,
  { rows: tileRows, splits }: TileShape,
): void {
  const callTile = (tile: Callable): void =>
    f.call(
      tile,
      ...[v.tileA, v.aPitch, v.panel, v.panelBytes, v.count],
      ...[v.tileDest, v.destPitch, v.tileStart, v.thisPitch, v.left],
    )
  const next = (panels: number): void => {
    f.set(v.panel, i32.add(v.panel, i32.mul(v.panelBytes, i32.const(panels))))
    f.set(v.column, i32.add(v.column, i32.const(panels * panelColumns)))
  }
  const use = (rows: number): void => {
    callTile(tall[rows] as Callable)
    f.set(v.tileA, i32.add(v.tileA, i32.mul(v.aPitch, i32.const(rows))))
    f.set(v.tileDest, i32.add(v.tileDest, i32.mul(v.destPitch, i32.const(rows))))
    f.set(v.tileStart, i32.add(v.tileStart, i32.mul(v.thisPitch, i32.const(rows))))
    f.set(v.at, i32.sub(v.at, i32.const(rows)))
  }
  const down = (): void => {
    f.set(v.at, v.blockRows)
    f.while(i32.geS(v.at, i32.const(tileRows)), () =>
      f.if(
        i32.and(i32.geS(v.at, i32.const(splits.from)), i32.leS(v.at, i32.const(splits.to))),
        () => use(splits.first),
        () => use(tileRows),
      ),
    )
    for (let rows = tileRows - 1; rows > 0; rows--) f.if(i32.eq(v.at, i32.const(rows)), () => use(rows))
    next(1)
  }
  const choose = (index: number): void => {
    const choice = wide[index]
    if (choice === undefined) return down()
    const { rows, panels, tile } = choice
    f.if(
      i32.and(i32.eq(v.blockRows, i32.const(rows)), i32.gtS(v.left, i32.const((panels - 1) * panelColumns))),
      () => {
        callTile(tile)
        next(panels)
      },
      () => choose(index + 1),
    )
  }
  choose(0)
}

/** Adds the function of the rows of one outer index: (block, a, dest, start, rows). */
function addGemmRows(module: ModuleBuilder, tiles: Tiles, shape: TileShape): Callable {
  const f = module.function(['i32', 'i32', 'i32', 'i32', 'i32'])
  const v = rowVariables(f)
  // Rows of a block: as many as fit the cache, a multiple of the tile.
  f.set(
    v.blockRows,
    i32.divU(
      i32.const(Math.floor(rowBlockBytes / (4 * shape.rows))),
      i32.add(i32.select(i32.ltS(v.k, i32.const(depth)), v.k, i32.const(depth)), i32.const(1)),
    ),
  )
  f.set(v.blockRows, i32.mul(i32.add(v.blockRows, i32.const(1)), i32.const(shape.rows)))
  const part = (): void => {
    f.set(v.count, i32.sub(v.k, v.done))
    f.if(i32.gtS(v.count, i32.const(depth)), () => f.set(v.count, i32.const(depth)))
    f.set(v.blockA, i32.add(v.a, bytes(v.done)))
    f.set(v.panel, i32.add(v.pack, i32.mul(v.done, i32.const(4 * panelColumns))))
    f.set(v.column, i32.const(0))
    f.while(i32.ltS(v.column, v.n), () => {
      f.set(v.left, i32.sub(v.n, v.column))
      f.set(v.tileA, v.blockA)
      f.set(v.tileDest, i32.add(v.dest, bytes(v.column)))
      // The zeros are one short row: they do not move with the column.
      const isZero = i32.eq(v.thisStart, i32.const(zeroStart))
      f.set(v.tileStart, i32.select(isZero, v.thisStart, i32.add(v.thisStart, bytes(v.column))))
      alongRows(f, v, tiles, shape)
    })
    // What is summed so far lies in dest; the next part of k goes on from there.
    f.set(v.thisStart, v.dest)
    f.set(v.thisPitch, v.destPitch)
    f.set(v.done, i32.add(v.done, v.count))
  }
  f.while(i32.gtS(v.rows, i32.const(0)), () => {
    f.if(i32.ltS(v.rows, v.blockRows), () => f.set(v.blockRows, v.rows))
    f.set(v.done, i32.const(0))
    f.set(v.thisStart, v.start)
    f.set(v.thisPitch, v.startPitch)
    f.repeat(part, i32.ltS(v.done, v.k))
    f.set(v.rows, i32.sub(v.rows, v.blockRows))
    f.set(v.a, i32.add(v.a, i32.mul(v.aPitch, v.blockRows)))
    f.set(v.dest, i32.add(v.dest, i32.mul(v.destPitch, v.blockRows)))
    f.set(v.start, i32.add(v.start, i32.mul(v.startPitch, v.blockRows)))
  })
  return f
}

/** Adds the kernel `gemm(block, t)` and the tiles it needs. */
export function addGemm(module: ModuleBuilder, fma: MultiplyAdd, shape: TileShape): void {
  const inner = addGemmRows(module, addTiles(module, fma, shape), shape)
  const f = module.function(['i32', 'i32'], 'gemm')
  const block = f.parameter(0, 'i32')
  const t = f.parameter(1, 'i32')
  const get = (name: keyof typeof gemmBlock.at): I32 => i32.load(block, gemmBlock.at[name])
  const outer = f.local('i32', get('outer'))
  const rows = f.local('i32', get('rows'))
  const a = f.local('i32', i32.add(get('a'), i32.mul(t, get('aStride'))))
  const dest = f.local('i32', i32.add(get('dest'), i32.mul(t, get('destStride'))))
  const start = f.local('i32', i32.add(get('start'), i32.mul(t, get('startStride'))))
  joinRows(f, outer, rows, [
    [get('aStride'), get('aPitch')],
    [get('destStride'), get('destPitch')],
    [get('startStride'), get('startPitch')],
  ])
  f.while(i32.gtS(outer, i32.const(0)), () => {
    f.call(inner, block, a, dest, start, rows)
    f.set(a, i32.add(a, get('aStride')))
    f.set(dest, i32.add(dest, get('destStride')))
    f.set(start, i32.add(start, get('startStride')))
    f.set(outer, i32.sub(outer, i32.const(1)))
  })
}

/** Where every stride is `rows` pitches, the rows of all outer indices are one block of rows. */
export function joinRows(
  f: FunctionBuilder,
  outer: Local<'i32'>,
  rows: Local<'i32'>,
  places: readonly (readonly [stride: I32, pitch: I32])[],
): void {
  let joined: I32 = i32.const(1)
  for (const [stride, pitch] of places) joined = i32.and(joined, i32.eq(stride, i32.mul(pitch, rows)))
  f.if(joined, () => {
    f.set(rows, i32.mul(rows, outer))
    f.set(outer, i32.const(1))
  })
}
