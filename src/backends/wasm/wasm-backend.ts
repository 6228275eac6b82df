/** The wasm backend: kernels generated at run time, on one WebAssembly memory, which threads may share. */

import { UnrolledError } from '../../error.ts'
import { checkWeights } from '../backend.ts'
import type { Backend, CompileOptions, Memory, Program } from '../backend.ts'
import { checkProgram } from '../program/check-program.ts'
import { compileModule } from './compile-module.ts'
import { Constants, reservedBytes } from './constants.ts'
import { partNames, type PartName } from './control.ts'
import { Crew } from './crew.ts'
import type { StartThread } from './crew.ts'
import { DistantLine } from './distant-line.ts'
import { programModule } from './driver.ts'
import { WasmExecutable, smallWork } from './executable.ts'
import { chooseKernels, sharedModule } from './kernels.ts'
import type { KernelSet } from './kernels.ts'
import { Line, type MemoryLine, type Runnable } from './line.ts'
import { Block, Heap, type Addresses } from './memory.ts'
import { Modules } from './modules.ts'
import { peakOf } from './peak.ts'
import { Scratch } from './scratch.ts'
import { layOut } from './section.ts'
import type { Shared } from './layouter.ts'

export interface WasmBackendOptions {
  /** `wasm-fma` needs relaxed SIMD and is the default where the engine has it. */
  readonly kernels?: KernelSet
  /** Threads that share the work, and how one is started; without it the thread that asks does all of it. */
  readonly crew?: { readonly threads: number; readonly start: StartThread }
  /** Where no memory can be shared: how a worker is started that has the memory to itself and does all the work. */
  readonly distant?: StartThread
  /** Operations below which a run is done at once, by the thread that asks: 10 million, a fraction of a millisecond. */
  readonly small?: number
}

/** Where programs run: the memory, in whose hands it is, and how a module comes to it. */
interface Ground {
  readonly line: MemoryLine
  readonly addresses: Addresses
  readonly constants: Constants
  readonly threads: number
  /** Whether threads share the memory. */
  readonly shared: boolean
  readonly broken: () => boolean
  learn(module: WebAssembly.Module): Promise<Learnt>
  /** Has others give up a program that nobody runs any more. */
  forget(number: number): void
  readonly here?: Pick<Backend, 'readSync' | 'peak'>
}

/** A program's module where it runs. */
interface Learnt {
  /** Its number, where others run it. */
  readonly number: number | undefined
  /** A new instance, with a function for each part to be called here. */
  instance(): Promise<(part: PartName) => Runnable['here']>
}

/** A memory of this thread's, which the threads of a crew may share. */
async function groundHere(kernels: KernelSet, wanted: WasmBackendOptions['crew']): Promise<Ground> {
  const shared = wanted !== undefined
  const heap = new Heap(shared)
  const constants = new Constants(heap.memory)
  const module = await compileModule(sharedModule(constants, kernels, shared))
  const { exports } = await WebAssembly.instantiate(module, { env: { memory: heap.memory } })
  const imports = { env: { memory: heap.memory, now: () => performance.now(), ...exports } }
  const crew = wanted && (await Crew.start(heap.memory, module, wanted.threads, wanted.start))
  const line = new Line(heap, crew)
  return {
    line,
    addresses: heap,
    constants,
    threads: crew?.threads ?? 1,
    shared,
    broken: () => crew?.broken ?? false,
    learn: async (module) => ({
      number: crew?.learn(module),
      instance: async () => {
        const { exports } = await WebAssembly.instantiate(module, imports)
        return (part) => exports[part] as Runnable['here']
      },
    }),
    forget: (number) => crew?.forget(number),
    here: {
      readSync: (memory, at, into) => line.readSync(heap.addressOf(blockOf(memory), at, into.length), into),
      peak: () => peakOf(heap.memory, kernels, shared),
    },
  }
}

/** A memory that a worker has to itself. */
async function groundOf(kernels: KernelSet, start: StartThread): Promise<Ground> {
  const bottom = new Uint8Array(reservedBytes)
  const constants = new Constants(bottom)
  const module = await compileModule(sharedModule(constants, kernels, false))
  const line = await DistantLine.start(module, bottom, start)
  return {
    line,
    addresses: line.addresses,
    constants,
    threads: 1,
    shared: false,
    broken: () => line.broken,
    learn: async (module) => {
      // Its constants came to be when it was made.
      line.writeBottom(bottom)
      return { number: line.learn(module), instance: async () => () => notHere }
    },
    forget: (number) => line.forget(number),
  }
}

const notHere = (): never => {
  throw new UnrolledError('bug', 'a program of a distant memory was called here')
}

const blockOf = (memory: Memory): Block => {
  if (memory instanceof Block) return memory
  throw new UnrolledError('foreign-memory', 'this memory belongs to another backend')
}

/**
 * Makes a backend with a WebAssembly memory of its own. With a crew, runs are put in line and its threads do them together.
 * Errors: `kernels-unavailable` if kernels are asked for that this engine cannot run, `thread-died` if threads do not start.
 */
export async function createWasmBackend({ crew, distant, ...options }: WasmBackendOptions = {}): Promise<Backend> {
  const kernels = chooseKernels(options.kernels)
  const ground = distant ? await groundOf(kernels, distant) : await groundHere(kernels, crew)
  const { line, addresses, constants, threads, shared } = ground
  const scratch = new Scratch(line)
  const modules = new Modules<Learnt>(({ number }) => {
    if (number !== undefined && !ground.broken()) ground.forget(number)
  })
  return {
    name: 'wasm',
    kernels,
    threads,
    get broken() {
      return ground.broken()
    },
    allocate: (floats) => line.allocate(floats),
    free: (memory) => line.free(blockOf(memory)),
    write: (memory, at, values) => line.write(addresses.addressOf(blockOf(memory), at, values.length), values),
    copy: (from, fromAt, to, toAt, floats) => {
      const source = addresses.addressOf(blockOf(from), fromAt, floats)
      line.copy(addresses.addressOf(blockOf(to), toAt, floats), source, floats)
    },
    read: async (memory, at, into) => line.read(addresses.addressOf(blockOf(memory), at, into.length), into),
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
      const { made, release } = modules.use(key, () =>
        compileModule(programModule(plans, common.rows, constants, kernels, shared, profile)).then(ground.learn),
      )
      try {
        const { number, instance } = await made
        const module = { run: await instance(), number, release }
        return new WasmExecutable(program, sections, common, module, line, scratch, options.small ?? smallWork)
      } catch (error) {
        release()
        throw error
      }
    },
    ...ground.here,
  }
}
