import { isFused } from '../../src/backends/wasm/kernels.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { backendSuite } from './suite.ts'

for (const kernels of isFused() ? (['wasm', 'wasm-fma'] as const) : (['wasm'] as const)) {
  backendSuite(kernels, await createWasmBackend({ kernels }))
}
