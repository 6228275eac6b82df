import { createBackend } from '#backends'
import type { Backend, WeightFormat } from '../backends/backend.ts'
import { checkNumber } from '../options.ts'

/**
 * Which machine code runs. In Node, `UNROLLED_BACKEND`, `UNROLLED_KERNELS` and `UNROLLED_THREADS` say so where the code does not.
 */
export interface EngineOptions {
  /** `native` (in Node, where it has been built), `wasm` or `reference`, or a backend of one's own. */
  readonly backend?: string | Backend
  /** Of native `avx512`, `avx2`, `neon` or `plain`; of wasm `wasm` or `wasm-fma`. */
  readonly kernels?: string
  /** How many threads share the work; as many as the machine has cores. Results do not depend on it. */
  readonly threads?: number
}

/** What functions that only infer take besides. */
export interface InferenceOptions extends EngineOptions {
  /**
   * The format weight matrices are kept in: `float32`, the default; `float16`; or `int8`, with a scale for each output of a
   * matrix. Only matrices of products, with what is computed from them beforehand: biases, embeddings, states and all sums stay
   * float32. Every backend rounds alike, so that what it costs can be measured anywhere, by `evaluate`. The native one also stores
   * them so, which helps where reading them is what takes the time; `wasm` and `reference` store floats and gain nothing by it.
   */
  readonly weights?: WeightFormat
}

/** The names of those options. */
export const engineNames = ['backend', 'kernels', 'threads'] as const

/** The engine's part of some options. */
export function engineOf({ backend, kernels, threads }: EngineOptions): EngineOptions {
  return {
    ...(backend !== undefined && { backend }),
    ...(kernels !== undefined && { kernels }),
    ...(threads !== undefined && { threads }),
  }
}

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
