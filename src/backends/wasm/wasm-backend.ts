/** The wasm backend: kernels generated at run time, on one WebAssembly memory. */

import { UnrolledError } from '../../error.ts'
import { checkWeights } from '../backend.ts'
import type { Backend, CompileOptions, Memory, Program } from '../backend.ts'
import { Constants } from './constants.ts'
import { programModule } from './driver.ts'
import { WasmExecutable, partNames } from './executable.ts'
import { chooseKernels, sharedModule } from './kernels.ts'
import type { KernelSet } from './kernels.ts'
import { Block, Heap } from './memory.ts'
import { Scratch } from './scratch.ts'
import { layOut } from './section.ts'
import type { Shared } from './section.ts'

export interface WasmBackendOptions {
  /** `wasm-fma` needs relaxed SIMD and is the default where the engine has it. */
  readonly kernels?: KernelSet
}

/**
 * Makes a backend with a WebAssembly memory of its own.
 * Errors: `kernels-unavailable` if kernels are asked for that this engine cannot run.
 */
export async function createWasmBackend(options: WasmBackendOptions = {}): Promise<Backend> {
  const kernels = chooseKernels(options.kernels)
  const heap = new Heap()
  const constants = new Constants(heap.memory)
  const scratch = new Scratch(heap)
  const shared = await WebAssembly.instantiate(sharedModule(constants, kernels), { env: { memory: heap.memory } })
  const imports = { env: { memory: heap.memory, ...shared.instance.exports } }
  const modules = new Map<string, Promise<WebAssembly.Module>>()

  const blockOf = (memory: Memory): Block => {
    if (memory instanceof Block) return memory
    throw new UnrolledError('foreign-memory', 'this memory belongs to another backend')
  }

  return {
    name: 'wasm',
    kernels,
    threads: 1,
    allocate: (floats) => heap.allocate(floats),
    free: (memory) => heap.free(blockOf(memory)),
    write: (memory, at, values) => heap.write(blockOf(memory), at, values),
    read: async (memory, at, into) => heap.read(blockOf(memory), at, into),
    readSync: (memory, at, into) => heap.read(blockOf(memory), at, into),
    compile: async (program: Program, options: CompileOptions = {}) => {
      const common: Shared = {
        packFloats: [],
        rows: new Map(),
        scratchFloats: 0,
        weights: checkWeights('compile', options.weights),
      }
      const sections = {
        prepare: layOut(program.prepare, common),
        body: layOut(program.body, common),
        finish: layOut(program.finish, common),
      }
      const plans = partNames.map((name) => [name, sections[name].plan] as const)
      const key = JSON.stringify(plans)
      let module = modules.get(key)
      if (module === undefined) {
        module = WebAssembly.compile(programModule(plans, common.rows, constants, kernels))
        modules.set(key, module)
      }
      const instance = await WebAssembly.instantiate(await module, imports)
      return new WasmExecutable(program, sections, common, instance, heap, scratch)
    },
  }
}
