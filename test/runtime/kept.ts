import type { Backend, Executable, Memory } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'

/** The reference backend, with what it was not given back yet; giving back what is not there is an error. */
export function keeping(): { backend: Backend; kept: Set<Memory | Executable> } {
  const backend = createReferenceBackend()
  const kept = new Set<Memory | Executable>()
  const give = (one: Memory | Executable): void => {
    if (!kept.delete(one)) throw new Error('it was given back before, or is nobody’s')
  }
  return {
    kept,
    backend: {
      ...backend,
      allocate(floats) {
        const memory = backend.allocate(floats)
        kept.add(memory)
        return memory
      },
      free(memory) {
        give(memory)
        backend.free(memory)
      },
      async compile(program, options) {
        const executable = await backend.compile(program, options)
        const dispose = executable.dispose.bind(executable)
        kept.add(executable)
        return Object.assign(executable, {
          dispose() {
            give(executable)
            dispose()
          },
        })
      },
    },
  }
}
