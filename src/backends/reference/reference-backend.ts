import type { Backend } from '../backend.ts'
import { ReferenceExecutable } from './executable.ts'
import { ownMemory, ReferenceMemory } from './memory.ts'

/**
 * Makes the backend that the others are held against: the contract word for word, in 64-bit floats and plain loops.
 */
export function createReferenceBackend(): Backend {
  return {
    name: 'reference',
    kernels: 'float64',
    threads: 1,
    allocate: (floats) => new ReferenceMemory(floats),
    free: (memory) => {
      ownMemory(memory).freed = true
    },
    write: (memory, at, values) => ownMemory(memory).write(at, values),
    copy: (from, fromAt, to, toAt, floats) => ownMemory(to).copy(toAt, ownMemory(from), fromAt, floats),
    read: async (memory, at, into) => ownMemory(memory).read(at, into),
    readSync: (memory, at, into) => ownMemory(memory).read(at, into),
    compile: async (program, options) => new ReferenceExecutable(program, options),
  }
}
