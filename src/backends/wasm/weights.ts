/**
 * Rounding of packed matrices to formats smaller than float32. The values stay where they are, as floats: what is gained is
 * knowing what the format costs in accuracy, not room or speed.
 */

import { blockOf } from './block.ts'
import type { ModuleBuilder, V128 } from './assembler.ts'
import { times } from './columns.ts'
import { panelColumns } from './panels.ts'
import { f32, f32x4, i32, i32x4, v128 } from './opcodes.ts'
import { kernel } from './walk.ts'

/** `depth` is the k of the packed matrix. */
export const roundBlock = blockOf('pack', 'depth', 'panels')

const panelBytes = 4 * panelColumns
const vectorBytes = 16

const integers = (value: number): V128 => v128.constI32(value, value, value, value)
const floats = (value: number): V128 => f32x4.splat(f32.const(value))

/** Adds `round-float16` and `round-int8`. */
export function addRoundPack(module: ModuleBuilder): void {
  addRoundHalf(module)
  addRoundBytes(module)
}

function addRoundHalf(module: ModuleBuilder): void {
  const p = kernel(module, 'round-float16', roundBlock)
  const { f } = p
  const at = p.field('pack')
  const vectors = i32.mul(i32.mul(p.get('depth'), p.get('panels')), i32.const(panelBytes / vectorBytes))
  const x = f.local('v128')
  const magnitude = f.local('v128')
  const rounded = f.local('v128')
  times(f, vectors, () => {
    f.set(x, v128.load(at))
    f.set(magnitude, f32x4.abs(x))
    // The upper 11 bits of the number; half a unit less one is added, or half a unit where the last bit kept is odd.
    const odd = v128.and(i32x4.shrU(magnitude, 13), integers(1))
    f.set(rounded, v128.and(i32x4.add(i32x4.add(magnitude, integers(0xfff)), odd), integers(~0x1fff)))
    f.set(rounded, v128.bitselect(floats(Infinity), rounded, f32x4.ge(rounded, floats(65536))))
    // Below 2⁻¹⁴ halves are 2⁻²⁴ apart, as floats from 0.5 on are.
    const small = f32x4.sub(f32x4.add(magnitude, floats(0.5)), floats(0.5))
    f.set(rounded, v128.bitselect(small, rounded, f32x4.lt(magnitude, floats(2 ** -14))))
    f.set(rounded, v128.bitselect(magnitude, rounded, f32x4.ne(x, x)))
    f.do(v128.store(at, v128.bitselect(x, rounded, integers(0x80000000 | 0))))
    f.set(at, i32.add(at, i32.const(vectorBytes)))
  })
}

function addRoundBytes(module: ModuleBuilder): void {
  const p = kernel(module, 'round-int8', roundBlock)
  const { f } = p
  const depth = p.field('depth')
  const panel = p.field('pack')
  const at = f.local('i32')
  const largest = f.local('v128')
  const scale = f.local('v128')
  const divisor = f.local('v128')
  const rows = (body: () => void): void => {
    f.set(at, panel)
    times(f, depth, () => {
      body()
      f.set(at, i32.add(at, i32.const(panelBytes)))
    })
  }
  times(f, p.get('panels'), () => {
    for (let column = 0; column < panelBytes; column += vectorBytes) {
      f.set(largest, floats(0))
      rows(() => f.set(largest, f32x4.max(largest, f32x4.abs(v128.load(at, column)))))
      // Infinity less itself is NaN, any other number 0.
      f.set(scale, f32x4.add(f32x4.div(largest, floats(127)), f32x4.sub(largest, largest)))
      f.set(divisor, v128.bitselect(floats(1), scale, f32x4.eq(scale, floats(0))))
      rows(() => {
        const quotient = f32x4.nearest(f32x4.div(v128.load(at, column), divisor))
        const whole = f32x4.max(f32x4.min(quotient, floats(127)), floats(-127))
        // Adding zero makes −0 a plain zero.
        f.do(v128.store(at, f32x4.mul(f32x4.add(whole, floats(0)), scale), column))
      })
    }
    f.set(panel, i32.add(panel, i32.mul(depth, i32.const(panelBytes))))
  })
}
