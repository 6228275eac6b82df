/** The native backend: programs interpreted by C kernels with the processor's widest vectors, on threads of their own. */

import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { UnrolledError } from '../../error.ts'
import type { Backend, CompileOptions, Memory, Program } from '../backend.ts'
import { findAddon } from './addon.ts'
import { encode } from './encode.ts'
import { NativeExecutable } from './executable.ts'
import { NativeMemory, ownMemory } from './memory.ts'

export interface NativeBackendOptions {
  /** `avx512`, `avx2`, `neon` or `plain`; the widest the processor has. */
  readonly kernels?: string
  /** As many as there are cores, up to 16. */
  readonly threads?: number
  /** Floating-point operations below which a run is done at once, on the calling thread: 16 million, under a millisecond. */
  readonly small?: number
}

/** More threads than this share too little work each. */
const mostThreads = 16

/**
 * Makes a backend with threads of its own. Work of less than a millisecond or so is done at once on the calling thread.
 *
 * @throws UnrolledError `native-unavailable` where the library is missing, `kernels-unavailable` for kernels that do not run here.
 */
export function createNativeBackend(options: NativeBackendOptions = {}): Backend {
  const found = findAddon()
  if ('missing' in found) {
    throw new UnrolledError(
      'native-unavailable',
      `the native backend cannot be used: ${found.missing}. \`npx unrolled native build\` builds it with the system's C compiler`,
    )
  }
  const { addon } = found
  const available = addon.kernels()
  const { kernels = available[0]!, threads = Math.min(cores(), mostThreads), small = 16e6 } = options
  if (!available.includes(kernels)) {
    throw new UnrolledError(
      'kernels-unavailable',
      `the native backend has the kernels ${available.join(', ')} here, not ${kernels}`,
    )
  }
  const machine = addon.open(kernels, threads, small)
  /** What jobs in line are going to write to. */
  const awaited: NativeMemory[] = []

  const write = (memory: Memory, at: number, values: Float32Array | Float64Array): void => {
    const own = ownMemory(memory)
    const into = own.part(at, values.length)
    if (!addon.busy(machine)) {
      awaited.length = 0
      into.set(values)
      return
    }
    awaited.push(own)
    addon.write(machine, into, values instanceof Float32Array ? values : Float32Array.from(values))
  }

  return {
    name: 'native',
    kernels,
    threads,
    allocate: (floats) => new NativeMemory(addon, floats),
    free: (memory) => ownMemory(memory).free(),
    write,
    read: async (memory, at, into) => {
      const from = ownMemory(memory).part(at, into.length)
      if (addon.busy(machine)) await addon.idle(machine)
      into.set(from)
    },
    readSync: (memory, at, into) => {
      const from = ownMemory(memory).part(at, into.length)
      addon.wait(machine)
      into.set(from)
    },
    compile: async (program: Program, { weights = 'float32', profile = false }: CompileOptions = {}) => {
      const encoded = encode(program, weights)
      return new NativeExecutable(addon, program, encoded, addon.compile(machine, encoded.words, profile))
    },
  }
}

/** Cores of the machine: two threads of one core share what multiplies. */
function cores(): number {
  const file = '/sys/devices/system/cpu/smt/active'
  const shared = existsSync(file) && readFileSync(file, 'utf8').trim() === '1'
  return Math.max(1, Math.floor(availableParallelism() / (shared ? 2 : 1)))
}
