/** What one core can do at most: multiply-adds in registers alone, of the kind that the kernels use. */

import { ModuleBuilder } from './assembler.ts'
import type { Local } from './assembler.ts'
import { times } from './columns.ts'
import { compileSmall } from './compile-module.ts'
import { sinkAddress } from './constants.ts'
import { multiplyAddOf } from './kernels.ts'
import type { KernelSet } from './kernels.ts'
import { f32, f32x4, i32, v128 } from './opcodes.ts'

/** As many chains as find room in registers: of sixteen the engine keeps one; two are for the factor and a product. */
const chains = 13
/** Multiply-adds of each chain in a round, so that counting rounds costs little. */
const unroll = 4
const lanes = 4
/** A try takes some milliseconds: many of what a page's clock can tell apart. */
const rounds = 300_000
const operationsOfTry = 2 * lanes * chains * unroll * rounds

/** After so many tries no faster than the best: by then the engine has compiled the loop as well as it can. */
const enough = 24

/** Floating-point operations a second, the best of many tries; a multiply-add is two. */
export function peakOf(memory: WebAssembly.Memory, kernels: KernelSet, shared: boolean): number {
  const module = compileSmall(peakModule(kernels, shared))
  const { run } = new WebAssembly.Instance(module, { env: { memory } }).exports as { run(): void }
  let least = Infinity
  for (let tries = 0; tries < enough; tries++) {
    const begun = performance.now()
    run()
    const milliseconds = performance.now() - begun
    if (milliseconds <= 0 || milliseconds >= least) continue
    least = milliseconds
    tries = 0
  }
  return (1000 * operationsOfTry) / least
}

function peakModule(kernels: KernelSet, shared: boolean): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(shared)
  const fma = multiplyAddOf(kernels)
  const f = module.function([], 'run')
  const chain: Local<'v128'>[] = []
  for (let i = 0; i < chains; i++) chain.push(f.local('v128', f32x4.splat(f32.const(i))))
  // Every chain goes to 1, which takes no longer than any other number.
  const half = f.local('v128', f32x4.splat(f32.const(0.5)))
  times(f, i32.const(rounds), () => {
    for (let step = 0; step < unroll; step++) for (const x of chain) f.set(x, fma(x, half, half))
  })
  // What nobody wants need not be computed.
  for (const x of chain) f.do(v128.store(i32.const(sinkAddress), x))
  return module.bytes()
}
