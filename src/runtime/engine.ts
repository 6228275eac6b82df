import type { Backend, WeightFormat } from '../backends/backend.ts'

/**
 * Which machine code runs. In Node, `UNROLLED_BACKEND`, `UNROLLED_KERNELS` and `UNROLLED_THREADS` say so where the code does not.
 */
export interface EngineOptions {
  /**
   * `native` (in Node, where it has been built), `wasm` or `reference`, or a backend of one's own; the first of these that there
   * is.
   */
  readonly backend?: string | Backend
  /** Of native `avx512`, `avx2`, `neon` or `plain`; of wasm `wasm` or `wasm-fma`; the fastest that run here. */
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
