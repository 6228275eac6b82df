/** Packing: blocks of ordinary matrices copied, or turned and copied, into panels of eight columns. */

import type { PackInstruction } from '../backend.ts'
import { fixed } from '../program/place.ts'
import { blockOf } from './block.ts'
import type { I32, Local, ModuleBuilder, V128 } from './assembler.ts'
import { packedFloats, panelColumns } from './panels.ts'
import type { Layouter } from './layouter.ts'
import { f32, i32, memoryFill, v128 } from './opcodes.ts'
import { firstRow, kernel } from './walk.ts'
import { roundBlock } from './weights.ts'

/** `depth` is the k of the whole packed matrix; `k` and `n` are the block's own. */
export const packBlock = blockOf('pack', 'depth', 'atK', 'atN', 'k', 'n', 'source', 'sourceStride', 'sourcePitch')

export const clearBlock = blockOf('address', 'bytes')

export function layOutPack(it: PackInstruction, to: Layouter): void {
  const { layout, shared } = to
  const floats = packedFloats(it.k, it.n)
  shared.packFloats[it.pack] = floats
  // Packed memory begins as zeros and a block always lands in the same place: only a second layout needs clearing, and
  // int8, where one NaN goes through a whole column.
  if (to.packed.has(it.pack) || shared.weights === 'int8') {
    const laid = to.call('clear', clearBlock.bytes)
    layout.set(laid.block + clearBlock.at.address, 0, 1, { pack: it.pack })
    to.numbers(laid, clearBlock.at, { bytes: 4 * floats })
  }
  to.packed.add(it.pack)
  for (const { source, transposed, atK, atN, k, n } of it.blocks) {
    const { at, bytes } = packBlock
    const laid = to.call(transposed ? 'pack-transposed' : 'pack', bytes)
    const { block, ways } = laid
    layout.set(block + at.pack, 0, 1, { pack: it.pack })
    const row = to.place(laid, at, 'source', source)
    to.numbers(laid, at, { depth: it.k, atK, atN, k, n })
    const columns = { at: block + at.atN, by: fixed(1), scale: 1 }
    const moves = [columns, transposed ? { ...row, by: fixed(1) } : row]
    ways.push({ items: fixed(n), grain: panelColumns, count: block + at.n, moves })
  }
  if (shared.weights === 'float32') return
  const laid = to.call(`round-${shared.weights}`, roundBlock.bytes)
  layout.set(laid.block + roundBlock.at.pack, 0, 1, { pack: it.pack })
  const panels = Math.ceil(it.n / panelColumns)
  to.numbers(laid, roundBlock.at, { depth: it.k, panels })
  const panel = { at: laid.block + roundBlock.at.pack, by: fixed(panelColumns * it.k), scale: 4 }
  laid.ways.push({ items: fixed(panels), grain: 1, count: laid.block + roundBlock.at.panels, moves: [panel] })
}

/** Adds `pack` (source rows are n), `pack-transposed` (source rows are k) and `clear`. */
export function addPack(module: ModuleBuilder): void {
  for (const transposed of [false, true]) {
    const p = kernel(module, transposed ? 'pack-transposed' : 'pack', packBlock)
    const { f, t } = p
    const depth = p.field('depth')
    const atN = p.field('atN')
    const k = p.field('k')
    const n = p.field('n')
    const source = f.local('i32', firstRow(p, 'source', t))
    const pitch = p.field('sourcePitch')
    // Bytes from one k, and from one column, of the source to the next.
    const stepK: I32 = transposed ? pitch : i32.const(4)
    const stepN: I32 = transposed ? i32.const(4) : pitch
    const base = f.local('i32', i32.add(p.get('pack'), i32.mul(p.get('atK'), i32.const(4 * panelColumns))))
    const column = f.local('i32', i32.const(0))
    const from = f.local('i32')
    const to = f.local('i32')
    const left = f.local('i32')
    const next = f.local('i32')
    const place = (): void => {
      const at = f.local('i32', i32.add(atN, column))
      const panel = i32.mul(i32.mul(i32.shrU(at, i32.const(3)), depth), i32.const(4 * panelColumns))
      f.set(to, i32.add(i32.add(base, panel), i32.shl(i32.and(at, i32.const(7)), i32.const(2))))
      f.set(from, i32.add(source, i32.mul(column, stepN)))
      f.set(left, k)
    }
    const advance = (steps: number): void => {
      f.set(from, i32.add(from, i32.mul(i32.const(steps), stepK)))
      f.set(to, i32.add(to, i32.const(4 * panelColumns * steps)))
      f.set(left, i32.sub(left, i32.const(steps)))
    }
    const single = (columns: number): void =>
      f.while(i32.gtS(left, i32.const(0)), () => {
        for (let c = 0; c < columns; c++)
          f.do(f32.store(to, f32.load(i32.add(from, i32.mul(i32.const(c), stepN))), 4 * c))
        advance(1)
      })
    f.while(i32.ltS(column, n), () => {
      place()
      const four = i32.and(
        i32.eqz(i32.and(i32.add(atN, column), i32.const(3))),
        i32.geS(i32.sub(n, column), i32.const(4)),
      )
      f.if(
        four,
        () => {
          if (transposed) {
            f.while(i32.gtS(left, i32.const(0)), () => {
              f.do(v128.store(to, v128.load(from)))
              advance(1)
            })
          } else {
            f.while(i32.geS(left, i32.const(4)), () => {
              const rows: Local<'v128'>[] = []
              f.set(next, from)
              for (let c = 0; c < 4; c++) {
                rows.push(f.local('v128', v128.load(next)))
                if (c < 3) f.set(next, i32.add(next, pitch))
              }
              for (const [c, turned] of turn(f, rows).entries()) f.do(v128.store(to, turned, 4 * panelColumns * c))
              advance(4)
            })
            single(4)
          }
          f.set(column, i32.add(column, i32.const(4)))
        },
        () => {
          single(1)
          f.set(column, i32.add(column, i32.const(1)))
        },
      )
    })
  }
  const c = kernel(module, 'clear', clearBlock)
  c.f.do(memoryFill(c.get('address'), i32.const(0), c.get('bytes')))
}

/** Four rows of four floats, turned into four columns. */
function turn(f: { local: (type: 'v128', value: V128) => Local<'v128'> }, rows: readonly V128[]): Local<'v128'>[] {
  const [a, b, c, d] = rows as [V128, V128, V128, V128]
  const ab = f.local('v128', v128.shuffle32(a, b, [0, 4, 1, 5]))
  const cd = f.local('v128', v128.shuffle32(c, d, [0, 4, 1, 5]))
  const ab2 = f.local('v128', v128.shuffle32(a, b, [2, 6, 3, 7]))
  const cd2 = f.local('v128', v128.shuffle32(c, d, [2, 6, 3, 7]))
  return [
    f.local('v128', v128.shuffle32(ab, cd, [0, 1, 4, 5])),
    f.local('v128', v128.shuffle32(ab, cd, [2, 3, 6, 7])),
    f.local('v128', v128.shuffle32(ab2, cd2, [0, 1, 4, 5])),
    f.local('v128', v128.shuffle32(ab2, cd2, [2, 3, 6, 7])),
  ]
}
