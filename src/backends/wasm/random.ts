/** Uniform random numbers from a counter: integer mixing of seed, site, step, sequence and column. */

import type { RandomInstruction } from '../backend.ts'
import { fixed } from '../program/place.ts'
import { blockOf } from './block.ts'
import type { FunctionBuilder, I32, Local, ModuleBuilder } from './assembler.ts'
import { alongColumns, storeLanes, zerosBehind } from './columns.ts'
import type { Constants } from './constants.ts'
import { frameHeader } from './frame.ts'
import type { Layouter } from './layouter.ts'
import { f32x4, i32, i32x4, v128 } from './opcodes.ts'
import { eachRow, kernel } from './walk.ts'

/** `row` is the first row's number; `scalars` is the address of seed, step, sequence and window; `base` that of the first step. `site` is already multiplied. */
export const randomBlock = blockOf(
  'outer',
  'rows',
  'dest',
  'destStride',
  'destPitch',
  'row',
  'scalars',
  'base',
  'site',
  'perStep',
  'columns',
  'pad',
)

const siteFactor = 0x9e3779b9
const stepFactor = 0x85ebca6b
const sequenceFactor = 0xc2b2ae35
const columnFactor = 0x27d4eb2f
const mixFirst = 0x7feb352d
const mixSecond = 0x846ca68b

/** What the site adds to the seed. */
const siteKey = (site: number): number => Math.imul(site, siteFactor)

export function layOutRandom(it: RandomInstruction, to: Layouter): void {
  to.random = true
  const { columns, pad, perStep, site } = it
  const { at, bytes } = randomBlock
  const laid = to.call('random', bytes, it.rows)
  const { block } = laid
  to.dealRows(laid, at, it, [to.place(laid, at, 'dest', it.dest), { at: block + at.row, by: fixed(1), scale: 1 }])
  to.layout.set(block + at.scalars, 0, 1, 'frame')
  to.layout.set(block + at.base, perStep ? frameHeader.step : frameHeader.window, 1, 'frame')
  to.numbers(laid, at, { row: 0, site: siteKey(site), perStep: perStep ? 1 : 0, columns, pad })
}

/** Adds `random`. */
export function addRandom(module: ModuleBuilder, constants: Constants): void {
  const k = kernel(module, 'random', randomBlock)
  const { f, t } = k
  const columns = k.field('columns')
  const pad = k.field('pad')
  const scalars = k.field('scalars')
  const sequence = f.local('i32')
  const key = f.local('i32')
  const stepKey = f.local('i32')
  const at = f.local('i32')
  const counter = f.local('v128')
  const last = f.local('i32', i32.const(-1))
  f.set(stepKey, i32.const(0))
  eachRow(k, t, k.get('outer'), ['dest'], ({ dest }, index) => {
    f.if(i32.ne(index, last), () => {
      f.set(last, index)
      f.set(sequence, i32.add(i32.load(scalars, 8), k.get('row')))
      mix(f, stepKey, i32.add(i32.load(scalars, 0), k.get('site')))
      const step = i32.add(i32.load(k.get('base')), i32.mul(index, k.get('perStep')))
      mix(f, stepKey, i32.add(stepKey, i32.mul(step, i32.const(stepFactor))))
    })
    mix(f, key, i32.add(stepKey, i32.mul(sequence, i32.const(sequenceFactor))))
    f.set(sequence, i32.add(sequence, i32.const(1)))
    const columnKeys = v128.constI32(0, columnFactor, Math.imul(2, columnFactor), Math.imul(3, columnFactor))
    f.set(counter, i32x4.add(i32x4.splat(key), columnKeys))
    const uniform = (): Local<'v128'> => {
      const x = f.local('v128', counter)
      f.set(x, v128.xor(x, i32x4.shrU(x, 16)))
      f.set(x, i32x4.mul(x, constants.integer(mixFirst)))
      f.set(x, v128.xor(x, i32x4.shrU(x, 15)))
      f.set(x, i32x4.mul(x, constants.integer(mixSecond | 0)))
      f.set(x, v128.xor(x, i32x4.shrU(x, 16)))
      return f.local('v128', f32x4.mul(f32x4.fromI32(i32x4.shrU(x, 8)), constants.float(2 ** -24)))
    }
    alongColumns(
      f,
      columns,
      at,
      () => {
        f.do(v128.store(i32.add(dest, at), uniform()))
        f.set(counter, i32x4.add(counter, constants.integer(Math.imul(4, columnFactor))))
      },
      (lanes) => storeLanes(f, i32.add(dest, at), uniform(), lanes),
    )
    zerosBehind(f, dest, columns, pad)
  })
}

function mix(f: FunctionBuilder, into: Local<'i32'>, value: I32): void {
  f.set(into, value)
  f.set(into, i32.xor(into, i32.shrU(into, i32.const(16))))
  f.set(into, i32.mul(into, i32.const(mixFirst)))
  f.set(into, i32.xor(into, i32.shrU(into, i32.const(15))))
  f.set(into, i32.mul(into, i32.const(mixSecond)))
  f.set(into, i32.xor(into, i32.shrU(into, i32.const(16))))
}
