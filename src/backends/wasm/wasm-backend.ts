/** The wasm backend: kernels generated at run time, on one WebAssembly memory, which threads may share. */

import { UnrolledError } from '../../error.ts'
import { checkWeights } from '../backend.ts'
import type { Backend, CompileOptions, Memory, Program } from '../backend.ts'
import { checkProgram } from '../program/check-program.ts'
import { compileModule } from './compile-module.ts'
import { Constants } from './constants.ts'
import { partNames } from './control.ts'
import { Crew } from './crew.ts'
import type { StartThread } from './crew.ts'
import { programModule } from './driver.ts'
import { WasmExecutable, smallWork } from './executable.ts'
import { chooseKernels, sharedModule } from './kernels.ts'
import type { KernelSet } from './kernels.ts'
import { Line } from './line.ts'
import { Block, Heap } from './memory.ts'
import { peakOf } from './peak.ts'
import { Scratch } from './scratch.ts'
import { layOut } from './section.ts'
import type { Shared } from './section.ts'

export interface WasmBackendOptions {
  /** `wasm-fma` needs relaxed SIMD and is the default where the engine has it. */
  readonly kernels?: KernelSet
  /** Threads that share the work, and how one is started; without it the thread that asks does all of it. */
  readonly crew?: { readonly threads: number; readonly start: StartThread }
  /** Operations below which a run is done at once, by the thread that asks: 10 million, a fraction of a millisecond. */
  readonly small?: number
}

/**
 * Makes a backend with a WebAssembly memory of its own. With a crew, runs are put in line and its threads do them together.
 * Errors: `kernels-unavailable` if kernels are asked for that this engine cannot run, `thread-died` if threads do not start.
 */
export async function createWasmBackend({ crew: wanted, ...options }: WasmBackendOptions = {}): Promise<Backend> {
  const kernels = chooseKernels(options.kernels)
  const threaded = wanted !== undefined
  const heap = new Heap(threaded)
  const constants = new Constants(heap.memory)
  const module = await compileModule(sharedModule(constants, kernels, threaded))
  const shared = await WebAssembly.instantiate(module, { env: { memory: heap.memory } })
  const imports = { env: { memory: heap.memory, now: () => performance.now(), ...shared.exports } }
  const crew = wanted && (await Crew.start(heap.memory, module, wanted.threads, wanted.start))
  const line = new Line(heap, crew)
  const scratch = new Scratch(line)
  const programs = new Map<string, ReturnType<typeof compiled>>()

  const blockOf = (memory: Memory): Block => {
    if (memory instanceof Block) return memory
    throw new UnrolledError('foreign-memory', 'this memory belongs to another backend')
  }
  /** A program's module, and its number in the crew. */
  const compiled = async (bytes: Uint8Array<ArrayBuffer>) => {
    const module = await compileModule(bytes)
    return { module, number: crew?.learn(module) }
  }

  return {
    name: 'wasm',
    kernels,
    threads: crew?.threads ?? 1,
    get broken() {
      return crew?.broken ?? false
    },
    allocate: (floats) => line.allocate(floats),
    free: (memory) => line.free(blockOf(memory)),
    write: (memory, at, values) => line.write(heap.addressOf(blockOf(memory), at, values.length), values),
    read: async (memory, at, into) => line.read(heap.addressOf(blockOf(memory), at, into.length), into),
    readSync: (memory, at, into) => line.readSync(heap.addressOf(blockOf(memory), at, into.length), into),
    compile: async (program: Program, { weights, profile = false }: CompileOptions = {}) => {
      checkProgram(program)
      const common: Shared = {
        packFloats: [],
        rows: new Map(),
        scratchFloats: 0,
        weights: checkWeights('compile', weights),
        profile,
      }
      const sections = {
        prepare: layOut(program.prepare, common),
        body: layOut(program.body, common),
        finish: layOut(program.finish, common),
      }
      const plans = partNames.map((name) => [name, sections[name].plan] as const)
      const key = JSON.stringify([profile, plans])
      const known =
        programs.get(key) ?? compiled(programModule(plans, common.rows, constants, kernels, threaded, profile))
      programs.set(key, known)
      const { module, number } = await known
      const instance = await WebAssembly.instantiate(module, imports)
      const small = options.small ?? smallWork
      return new WasmExecutable(program, sections, common, instance, line, scratch, number, small)
    },
    peak: () => peakOf(heap.memory, kernels, threaded),
  }
}
