/** Softmax cross-entropy of rows of logits against one target each, and its gradient. */

import { instructionBlock } from './block.ts'
import type { FunctionBuilder, I32, Local, ModuleBuilder, V128 } from './assembler.ts'
import { alongColumns, storeLanes, zerosBehind } from './columns.ts'
import { laneMask } from './constants.ts'
import type { Constants } from './constants.ts'
import { functionsIn } from './functions.ts'
import type { Functions } from './functions.ts'
import { named } from './tables.ts'
import { f32, f32x4, i32, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'
import { laneMax, laneSum, reduceRow } from './sums.ts'
import { eachRow, kernel } from './walk.ts'

/** Without a loss to be written its address is 0, which is no array's. */
export const lossBlocks = {
  'cross-entropy': instructionBlock(['logits', 'targets', 'loss'], ['columns']),
  'cross-entropy-gradient': instructionBlock(['logits', 'targets', 'weight', 'dest', 'loss'], ['columns', 'pad']),
} as const

/** Adds `cross-entropy` and `cross-entropy-gradient`. */
export function addCrossEntropy(module: ModuleBuilder, constants: Constants, fma: MultiplyAdd): void {
  {
    const k = kernel(module, 'cross-entropy', lossBlocks['cross-entropy'])
    const { f, t } = k
    const functions = functionsIn(f, constants, fma)
    const columns = k.field('columns')
    const sum = f.local('v128')
    const largest = f.local('f32')
    eachRow(k, t, k.get('outer'), ['logits', 'targets', 'loss'], ({ logits, targets, loss }) => {
      f.set(largest, laneMax(reduceRow(f, constants, 'max', logits, columns)))
      sumOfExponentials(f, functions.expInRange, logits, columns, largest, sum, undefined)
      storeLoss(f, functions, loss, logits, targets, columns, largest, sum)
    })
  }
  {
    const k = kernel(module, 'cross-entropy-gradient', lossBlocks['cross-entropy-gradient'])
    const { f, t } = k
    const functions = functionsIn(f, constants, fma)
    const columns = k.field('columns')
    const pad = k.field('pad')
    const sum = f.local('v128')
    const largest = f.local('f32')
    const inverse = f.local('f32')
    const weight = f.local('f32')
    const atTarget = f.local('f32')
    const target = f.local('i32')
    const known = f.local('i32')
    const at = f.local('i32')
    const scale = f.local('v128')
    const weights = f.local('v128')
    const names = ['logits', 'targets', 'weight', 'dest', 'loss'] as const
    eachRow(k, t, k.get('outer'), names, ({ logits, targets, weight: weightPointer, dest, loss }) => {
      f.set(weight, f32.load(weightPointer))
      const wanted = k.get('loss')
      f.if(
        f32.eq(weight, f32.const(0)),
        () => {
          zerosBehind(f, dest, i32.const(0), columns)
          f.if(wanted, () => {
            f.set(largest, laneMax(reduceRow(f, constants, 'max', logits, columns)))
            sumOfExponentials(f, functions.expInRange, logits, columns, largest, sum, undefined)
            storeLoss(f, functions, loss, logits, targets, columns, largest, sum)
          })
        },
        () => {
          f.set(largest, laneMax(reduceRow(f, constants, 'max', logits, columns)))
          sumOfExponentials(f, functions.expInRange, logits, columns, largest, sum, dest)
          f.if(wanted, () => storeLoss(f, functions, loss, logits, targets, columns, largest, sum))
          f.set(inverse, f32.div(f32.const(1), laneSum(sum)))
          f.set(known, named(f, targets, target, columns))
          f.if(
            known,
            () => {
              f.set(target, i32.add(dest, i32.shl(target, i32.const(2))))
              f.set(atTarget, f32.mul(f32.load(target), inverse))
            },
            () => f.set(weight, f32.const(NaN)),
          )
          f.set(scale, f32x4.splat(inverse))
          f.set(weights, f32x4.splat(weight))
          const value = f32x4.mul(f32x4.mul(v128.load(i32.add(dest, at)), scale), weights)
          alongColumns(
            f,
            columns,
            at,
            () => f.do(v128.store(i32.add(dest, at), value)),
            (lanes) => storeLanes(f, i32.add(dest, at), f.local('v128', value), lanes),
          )
          f.if(known, () => f.do(f32.store(target, f32.mul(f32.sub(atTarget, f32.const(1)), weight))))
        },
      )
      zerosBehind(f, dest, columns, pad)
    })
  }
}

/** loss = log Σ exp(logits − largest) + largest − logits[target]; NaN where the target is no column. */
function storeLoss(
  f: FunctionBuilder,
  functions: Functions,
  loss: I32,
  logits: I32,
  targets: I32,
  columns: I32,
  largest: Local<'f32'>,
  sum: Local<'v128'>,
): void {
  const column = f.local('i32')
  const log = f32.lane(functions.log(f32x4.splat(laneSum(sum))), 0)
  f.if(
    named(f, targets, column, columns),
    () => {
      const target = f32.load(i32.add(logits, i32.shl(column, i32.const(2))))
      f.do(f32.store(loss, f32.add(log, f32.sub(largest, target))))
    },
    () => f.do(f32.store(loss, f32.const(NaN))),
  )
}

/** sum = Σ exp(logits − largest), lane by lane; each exponential also goes to `dest` if there is one. */
function sumOfExponentials(
  f: FunctionBuilder,
  exp: (x: V128) => Local<'v128'>,
  logits: I32,
  columns: I32,
  largest: Local<'f32'>,
  sum: Local<'v128'>,
  dest: I32 | undefined,
): void {
  const at = f.local('i32')
  const shift = f.local('v128', f32x4.splat(largest))
  const value = (): Local<'v128'> => exp(f32x4.sub(v128.load(i32.add(logits, at)), shift))
  f.set(sum, v128.zero)
  alongColumns(
    f,
    columns,
    at,
    () => {
      const e = value()
      if (dest !== undefined) f.do(v128.store(i32.add(dest, at), e))
      f.set(sum, f32x4.add(sum, e))
    },
    (lanes) => {
      const e = value()
      if (dest !== undefined) storeLanes(f, i32.add(dest, at), e, lanes)
      f.set(sum, f32x4.add(sum, v128.and(e, laneMask(lanes))))
    },
  )
}
