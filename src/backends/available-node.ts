/** In Node there is the native backend too, where it has been built. */

import { UnrolledError } from '../error.ts'
import { backendNames as everywhere, createBackend as createAnywhere } from './available.ts'
import type { Backend, BackendChoice } from './backend.ts'
import type { NativeBackendOptions } from './native/native-backend.ts'

export { standalone } from './available.ts'
export { packageFolder } from './native/from-here.ts'

export const backendNames = ['native', ...everywhere] as const

/** The backend asked for, or the fastest there is that has the kernels asked for. Only the one that is made is loaded. */
export async function createBackend(choice: BackendChoice): Promise<Backend> {
  const { name, kernels, threads } = choice
  if (name !== undefined && !(backendNames as readonly string[]).includes(name)) {
    throw new UnrolledError('option', `there is no backend ${name}; there are ${backendNames.join(', ')}`)
  }
  if (name === 'native' || (name === undefined && !kernels?.startsWith('wasm') && (await isBuilt()))) {
    const { createNativeBackend } = await import('./native/native-backend.ts')
    const options: NativeBackendOptions = {
      ...(kernels !== undefined && { kernels }),
      ...(threads !== undefined && { threads }),
    }
    return createNativeBackend(options)
  }
  if (name === 'reference') return createAnywhere(choice)
  const { usualThreads } = await import('./native/usual-threads.ts')
  const { createNodeBackend } = await import('./wasm/node-backend.ts')
  return createNodeBackend(choice, usualThreads())
}

/** The native backend of this machine, or why there is none. */
export type NativeStatus =
  | {
      readonly available: true
      /** The file of its library. */
      readonly library: string
      /** What runs on this processor, the fastest first. */
      readonly kernels: readonly string[]
      /** How many there are where nobody says how many. */
      readonly threads: number
    }
  | { readonly available: false; readonly why: string }

/** Looks whether the native backend can be used; it looks once. */
export async function nativeStatus(): Promise<NativeStatus> {
  const { findAddon } = await import('./native/addon.ts')
  const found = findAddon()
  if ('missing' in found) return { available: false, why: found.missing }
  const { usualThreads } = await import('./native/usual-threads.ts')
  return { available: true, library: found.from, kernels: found.addon.kernels(), threads: usualThreads() }
}

let warned = false

/** Whether there is a native library; the first time there is none, says so. */
async function isBuilt(): Promise<boolean> {
  const { findAddon } = await import('./native/addon.ts')
  const found = findAddon()
  if (!('missing' in found)) return true
  if (!warned) {
    process.emitWarning(
      `the native backend cannot be used (${found.missing}); WebAssembly serves, which is slower. \`npx unrolled native build\` builds it with the system's C compiler`,
      { code: 'UNROLLED_NATIVE' },
    )
  }
  warned = true
  return false
}
