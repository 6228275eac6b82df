/** The native backend: programs interpreted by C kernels with the processor's widest vectors, on threads of their own. */

import { UnrolledError } from '../../error.ts'
import type { Backend, CompileOptions, Program } from '../backend.ts'
import { checkProgram } from '../program/check-program.ts'
import { findAddon } from './addon.ts'
import { encode } from './encode.ts'
import { NativeExecutable } from './executable.ts'
import { Line } from './line.ts'
import { NativeMemory, ownMemory } from './memory.ts'
import { usualThreads } from './usual-threads.ts'

export interface NativeBackendOptions {
  /** `avx512`, `avx2`, `neon` or `plain`; the widest the processor has. */
  readonly kernels?: string
  /** As many as there are cores for this process, up to 16. */
  readonly threads?: number
  /** Floating-point operations below which a run is done at once, on the calling thread: 20 million, some tenths of a millisecond. */
  readonly small?: number
}

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
  const { kernels = available[0]!, threads = usualThreads(), small = 20e6 } = options
  if (!available.includes(kernels)) {
    throw new UnrolledError(
      'kernels-unavailable',
      `the native backend has the kernels ${available.join(', ')} here, not ${kernels}`,
    )
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new UnrolledError('option', `threads are a whole number from 1 to 256, not ${threads}`)
  }
  const machine = addon.open(kernels, threads, small)
  const line = new Line(addon, machine)

  return {
    name: 'native',
    kernels,
    threads,
    allocate: (floats) => new NativeMemory(addon, floats),
    free: (memory) => ownMemory(memory).free(),
    write: (memory, at, values) => {
      if (line.busy) line.write(ownMemory(memory), at, values)
      else ownMemory(memory).write(at, values)
    },
    copy: (from, fromAt, to, toAt, floats) => line.copy(ownMemory(from), fromAt, ownMemory(to), toAt, floats),
    read: async (memory, at, into) => {
      if (line.busy) into.set(await line.read(ownMemory(memory), at, into.length))
      else ownMemory(memory).read(at, into)
    },
    readSync: (memory, at, into) => {
      line.wait()
      ownMemory(memory).read(at, into)
    },
    compile: async (program: Program, { weights = 'float32', profile = false }: CompileOptions = {}) => {
      checkProgram(program)
      const encoded = encode(program, weights)
      return new NativeExecutable(addon, line, program, encoded, addon.compile(machine, encoded.words, profile))
    },
    peak: () => addon.peak(machine),
  }
}
