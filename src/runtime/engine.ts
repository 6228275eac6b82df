import { createBackend } from '#backends'
import type { Backend } from '../backends/backend.ts'

/** Which machine code runs. In Node, `UNROLLED_BACKEND` and `UNROLLED_KERNELS` say so where the code does not. */
export interface EngineOptions {
  /** `wasm` or `reference`, or a backend of one's own. */
  readonly backend?: string | Backend
  /** `wasm` or `wasm-fma`. */
  readonly kernels?: string
}

const known = new Map<string, Promise<Backend>>()

/** The backend asked for, else that of the environment, else the fastest there is; one of each is made and kept. */
export function backendFor(options: EngineOptions = {}): Promise<Backend> {
  const { backend } = options
  if (typeof backend === 'object') return Promise.resolve(backend)
  const name = backend ?? environment('UNROLLED_BACKEND')
  const kernels = options.kernels ?? environment('UNROLLED_KERNELS')
  const key = `${name} ${kernels}`
  const made = known.get(key) ?? createBackend(name, kernels)
  known.set(key, made)
  made.catch(() => known.delete(key))
  return made
}

function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
  const value = process?.env?.[name]
  return value === '' ? undefined : value
}
