import { createBackend } from '#backends'
import type { Backend } from '../backends/backend.ts'
import { checkNumber } from '../options.ts'
import type { EngineOptions } from './engine.ts'

const known = new Map<string, Promise<Backend>>()

/**
 * The backend asked for, else that of the environment, else the fastest there is; one of each is made and kept.
 *
 * @throws UnrolledError `option` for a backend, kernels or a number of threads that there is not.
 */
export async function backendFor(options: EngineOptions = {}): Promise<Backend> {
  const { backend } = options
  if (typeof backend === 'object') return backend
  const name = backend ?? environment('UNROLLED_BACKEND')
  const kernels = options.kernels ?? environment('UNROLLED_KERNELS')
  const asked = options.threads ?? environment('UNROLLED_THREADS')
  const threads =
    asked === undefined ? undefined : checkNumber('engine', 'threads', Number(asked), { from: 1, to: 256, whole: true })
  const key = `${name} ${kernels} ${threads}`
  const earlier = known.get(key)
  if (earlier && !(await earlier).broken) return earlier
  const made = createBackend({ name, kernels, threads })
  known.set(key, made)
  made.catch(() => known.delete(key))
  return made
}

function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
  const value = process?.env?.[name]
  return value === '' ? undefined : value
}
