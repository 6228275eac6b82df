import { UnrolledError } from '../error.ts'
import type { Backend, BackendChoice } from './backend.ts'

/** Names of the backends there are here, the fastest first. */
export const backendNames = ['wasm', 'reference'] as const

/** The backend asked for, or the fastest there is. Only the one that is made is loaded. */
export async function createBackend({ name, kernels }: BackendChoice): Promise<Backend> {
  switch (name ?? backendNames[0]) {
    case 'wasm': {
      if (kernels !== undefined && kernels !== 'wasm' && kernels !== 'wasm-fma') {
        throw new UnrolledError('option', `the wasm backend has the kernels wasm and wasm-fma, not ${kernels}`)
      }
      const { createWasmBackend } = await import('./wasm/wasm-backend.ts')
      return createWasmBackend(kernels === undefined ? {} : { kernels })
    }
    case 'reference': {
      const { createReferenceBackend } = await import('./reference/reference-backend.ts')
      return createReferenceBackend()
    }
    default:
      throw new UnrolledError('option', `there is no backend ${name}; there are ${backendNames.join(', ')}`)
  }
}
