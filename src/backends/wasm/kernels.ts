/** The kernels that every program shares, in one module; and which multiply-add they are made with. */

import { UnrolledError } from '../../error.ts'
import { ModuleBuilder } from './assembler.ts'
import type { V128 } from './assembler.ts'
import { compileSmall } from './compile-module.ts'
import type { Constants } from './constants.ts'
import { addBarrier } from './barrier.ts'
import { addCrossEntropy } from './losses.ts'
import { addFill } from './fill.ts'
import { addGemmTa } from './gemm-ta.ts'
import { addGemm, tileShape, type TileShape } from './gemm.ts'
import { f32x4, i32, plainMultiplyAdd, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'
import { addPack } from './pack.ts'
import { addRandom } from './random.ts'
import type { SharedKernel } from './shared-kernels.ts'
import { addSums } from './sums.ts'
import { addTables } from './tables.ts'
import { addMoves } from './moves.ts'
import { addRoundPack } from './weights.ts'

/** `wasm` multiplies, rounds and adds; `wasm-fma` rounds once. */
export type KernelSet = 'wasm' | 'wasm-fma'

/** Whether this engine has a multiply-add that rounds once: it may know relaxed SIMD, and round twice all the same. */
export function isFused(multiplyAdd: MultiplyAdd = f32x4.relaxedMadd): boolean {
  const module = new ModuleBuilder(false)
  const f = module.function([], 'probe')
  const at = (offset: number): V128 => v128.load(i32.const(0), offset)
  f.do(v128.store(i32.const(0), multiplyAdd(at(0), at(0), at(16)), 32))
  const bytes = module.bytes()
  if (!WebAssembly.validate(bytes)) return false
  const memory = new WebAssembly.Memory({ initial: 1 })
  const floats = new Float32Array(memory.buffer)
  // (1 + 2⁻¹²)² = 1 + 2⁻¹¹ + 2⁻²⁴, whose last term does not survive rounding.
  floats.fill(1 + 2 ** -12, 0, 4).fill(-1 - 2 ** -11, 4, 8)
  const { exports } = new WebAssembly.Instance(compileSmall(bytes), { env: { memory } })
  ;(exports['probe'] as () => void)()
  return floats.subarray(8, 12).every((value) => value === 2 ** -24)
}

/** The kernel set to use: the one asked for if the engine can, else the best it can. */
export function chooseKernels(wanted: KernelSet | undefined): KernelSet {
  if (wanted === 'wasm') return wanted
  if (wanted !== undefined && wanted !== 'wasm-fma')
    throw new UnrolledError(
      'kernels-unavailable',
      `the wasm backend has kernels "wasm" and "wasm-fma", not "${String(wanted)}"`,
    )
  if (isFused()) return 'wasm-fma'
  if (wanted === 'wasm-fma')
    throw new UnrolledError(
      'kernels-unavailable',
      'kernels "wasm-fma" need WebAssembly relaxed SIMD with a multiply-add that rounds once, which this engine does not have (Node 22 and later do, on processors with one); use "wasm"',
    )
  return 'wasm'
}

/** The multiply-add of a kernel set. */
export const multiplyAddOf = (kernels: KernelSet): MultiplyAdd =>
  kernels === 'wasm-fma' ? f32x4.relaxedMadd : plainMultiplyAdd

interface Family {
  readonly kernels: readonly SharedKernel[]
  add(module: ModuleBuilder, constants: Constants, fma: MultiplyAdd, shape: TileShape): void
}

/** Kernels that are made together. */
const families: readonly Family[] = [
  { kernels: ['gemm'], add: (module, _, fma, shape) => addGemm(module, fma, shape) },
  { kernels: ['gemm-ta'], add: (module, _, fma, shape) => addGemmTa(module, fma, shape) },
  { kernels: ['pack', 'pack-transposed', 'clear'], add: addPack },
  { kernels: ['round-float16', 'round-int8'], add: addRoundPack },
  { kernels: ['gather', 'scatter-add'], add: addTables },
  { kernels: ['fill'], add: addFill },
  {
    kernels: ['weighted-sum', 'max-rows', 'dot', 'sum-rows', 'reduce-columns', 'sum-squares'],
    add: addSums,
  },
  { kernels: ['cross-entropy', 'cross-entropy-gradient'], add: addCrossEntropy },
  { kernels: ['random'], add: addRandom },
]

/** Adds the families of the kernels that are wanted. */
export function addKernels(
  module: ModuleBuilder,
  constants: Constants,
  kernels: KernelSet,
  wanted: (kernel: SharedKernel) => boolean,
): void {
  const shape = tileShape(kernels === 'wasm-fma')
  for (const family of families) {
    if (family.kernels.some(wanted)) family.add(module, constants, multiplyAddOf(kernels), shape)
  }
}

/** The module of the shared kernels; on a memory that threads share, with what orders their work besides. */
export function sharedModule(constants: Constants, kernels: KernelSet, shared: boolean): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(shared)
  addKernels(module, constants, kernels, () => true)
  if (shared) {
    addBarrier(module)
    addMoves(module)
  }
  return module.bytes()
}
