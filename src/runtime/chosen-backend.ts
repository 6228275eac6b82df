import { backendNames, createBackend } from '#backends'
import type { Backend } from '../backends/backend.ts'
import { checkNames, checkNumber, wrongOption } from '../options.ts'
import { engineNames, type EngineOptions } from './engine.ts'

const known = new Map<string, Promise<Backend>>()

/**
 * The backend asked for, else that of the environment, else the fastest there is; one of each is made and kept.
 *
 * @throws UnrolledError `option` for a backend, kernels or a number of threads that there is not.
 */
export async function backendFor(options: EngineOptions = {}): Promise<Backend> {
  checkNames('engine', options, engineNames)
  const { backend } = options
  if (isBackend(backend)) return backend
  checkName('backend', backend, `one of ${backendNames.join(', ')}, or a backend of one's own`)
  checkName('kernels', options.kernels, 'the name of kernels')
  const name = backend ?? environment('UNROLLED_BACKEND')
  const kernels = options.kernels ?? environment('UNROLLED_KERNELS')
  const inEnvironment = environment('UNROLLED_THREADS')
  const asked = options.threads ?? (inEnvironment === undefined ? undefined : Number(inEnvironment))
  const threads =
    asked === undefined ? undefined : checkNumber('engine', 'threads', asked, { from: 1, to: 256, whole: true })
  const key = `${name} ${kernels} ${threads}`
  const earlier = known.get(key)
  if (earlier && !(await earlier).broken) return earlier
  const made = createBackend({ name, kernels, threads })
  known.set(key, made)
  made.catch(() => known.delete(key))
  return made
}

const isBackend = (given: EngineOptions['backend']): given is Backend =>
  typeof (given as Partial<Backend> | null)?.compile === 'function'

function checkName(name: string, given: unknown, right: string): asserts given is string | undefined {
  if (given !== undefined && typeof given !== 'string') throw wrongOption('engine', name, given, right)
}

function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
  const value = process?.env?.[name]
  return value === '' ? undefined : value
}
