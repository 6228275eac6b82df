/** The kernels that every program shares, in one module; and which multiply-add they are made with. */

import { UnrolledError } from '../../error.ts'
import { ModuleBuilder } from './assembler.ts'
import type { Constants } from './constants.ts'
import { addBarrier } from './barrier.ts'
import { addCrossEntropy } from './cross-entropy.ts'
import { addGather } from './gather.ts'
import { addGemmTa } from './gemm-ta.ts'
import { addGemm, tileShape } from './gemm.ts'
import { f32x4, plainMultiplyAdd } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'
import { addPack } from './pack.ts'
import { addRandom } from './random.ts'
import { addReduceColumns, addSumRows, addSumSquares } from './sums.ts'
import { addMoves } from './moves.ts'
import { addRoundPack } from './weights.ts'

/** `wasm` multiplies, rounds and adds; `wasm-fma` rounds once where the machine can. */
export type KernelSet = 'wasm' | 'wasm-fma'

/** Whether this engine knows relaxed SIMD. */
export function hasRelaxedMadd(): boolean {
  const module = new ModuleBuilder(false)
  const f = module.function(['v128'])
  const x = f.parameter(0, 'v128')
  f.set(x, f32x4.relaxedMadd(x, x, x))
  return WebAssembly.validate(module.bytes())
}

/** The kernel set to use: the one asked for if the engine can, else the best it can. */
export function chooseKernels(wanted: KernelSet | undefined): KernelSet {
  if (wanted === 'wasm') return wanted
  if (wanted !== undefined && wanted !== 'wasm-fma')
    throw new UnrolledError(
      'kernels-unavailable',
      `the wasm backend has kernels "wasm" and "wasm-fma", not "${String(wanted)}"`,
    )
  if (hasRelaxedMadd()) return 'wasm-fma'
  if (wanted === 'wasm-fma')
    throw new UnrolledError(
      'kernels-unavailable',
      'kernels "wasm-fma" need WebAssembly relaxed SIMD, which this engine does not have (Node 22 and later do); use "wasm"',
    )
  return 'wasm'
}

/** The multiply-add of a kernel set. */
export const multiplyAddOf = (kernels: KernelSet): MultiplyAdd =>
  kernels === 'wasm-fma' ? f32x4.relaxedMadd : plainMultiplyAdd

/** The names of the shared kernels; each is a function of a parameter block and an outer index. */
export const sharedKernels = [
  'gemm',
  'gemm-ta',
  'pack',
  'pack-transposed',
  'clear',
  'round-float16',
  'round-int8',
  'gather',
  'scatter-add',
  'fill',
  'sum-rows',
  'reduce-sum',
  'reduce-max',
  'sum-squares',
  'cross-entropy',
  'cross-entropy-gradient',
  'random',
] as const
export type SharedKernel = (typeof sharedKernels)[number]

/** The module of the shared kernels; on a memory that threads share, with what orders their work besides. */
export function sharedModule(constants: Constants, kernels: KernelSet, shared: boolean): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(shared)
  const fma = multiplyAddOf(kernels)
  const shape = tileShape(kernels === 'wasm-fma')
  addGemm(module, fma, shape)
  addGemmTa(module, fma, shape)
  addPack(module)
  addRoundPack(module)
  addGather(module)
  addSumRows(module)
  addReduceColumns(module, constants)
  addSumSquares(module)
  addCrossEntropy(module, constants, fma)
  addRandom(module, constants)
  if (shared) {
    addBarrier(module)
    addMoves(module)
  }
  return module.bytes()
}
