import { UnrolledError } from '../error.ts'
import type { Backend, BackendChoice } from './backend.ts'

/** Names of the backends there are here, the fastest first. */
export const backendNames = ['wasm', 'reference'] as const

/** The backend asked for, or the fastest there is. Only the one that is made is loaded. */
export async function createBackend(choice: BackendChoice): Promise<Backend> {
  const { name = backendNames[0] } = choice
  switch (name) {
    case 'wasm': {
      const { createPageBackend } = await import('./wasm/page-backend.ts')
      return createPageBackend(choice)
    }
    case 'reference': {
      const { createReferenceBackend } = await import('./reference/reference-backend.ts')
      return createReferenceBackend()
    }
    default:
      throw new UnrolledError('option', `there is no backend ${name}; there are ${backendNames.join(', ')}`)
  }
}

/** What makes modules of programs that run by themselves; fetched when the first is made. */
export const standalone = () => import('./wasm/standalone.ts')
