import { nativeStatus, type EngineOptions } from 'unrolled/node'
import { isFused } from '../src/backends/wasm/kernels.ts'

const native = await nativeStatus()

/** Every backend and kernel path of this machine: its name, and the options that choose it. */
export const everyBackend: readonly (readonly [string, EngineOptions])[] = [
  ['reference', { backend: 'reference' }],
  ...(isFused() ? ['wasm', 'wasm-fma'] : ['wasm']).map((kernels) => [kernels, { backend: 'wasm', kernels }] as const),
  ...(native.available ? native.kernels : []).map((kernels) => [kernels, { backend: 'native', kernels }] as const),
]
