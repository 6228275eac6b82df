import { UnrolledError } from '../error.ts'
import type { Backend, BackendChoice } from './backend.ts'
import type { WasmBackendOptions } from './wasm/wasm-backend.ts'

/** Names of the backends there are here, the fastest first. */
export const backendNames = ['wasm', 'reference'] as const

/** How a crew of so many threads is had here, or undefined where one thread is all there is. */
export type CrewOf = (threads: number | undefined) => Promise<WasmBackendOptions['crew']>

/** The backend asked for, or the fastest there is. Only the one that is made is loaded. */
export async function createBackend(
  { name, kernels, threads }: BackendChoice,
  crewOf: CrewOf = webCrew,
): Promise<Backend> {
  switch (name ?? backendNames[0]) {
    case 'wasm': {
      if (kernels !== undefined && kernels !== 'wasm' && kernels !== 'wasm-fma') {
        throw new UnrolledError('option', `the wasm backend has the kernels wasm and wasm-fma, not ${kernels}`)
      }
      const { createWasmBackend } = await import('./wasm/wasm-backend.ts')
      const crew = await crewOf(threads)
      const options: WasmBackendOptions = kernels === undefined ? {} : { kernels }
      if (crew === undefined) return createWasmBackend(options)
      try {
        return await createWasmBackend({ ...options, crew })
      } catch (error) {
        if (!(error instanceof UnrolledError) || error.code !== 'thread-died') throw error
        warnOnce(error.message)
        return createWasmBackend(options)
      }
    }
    case 'reference': {
      const { createReferenceBackend } = await import('./reference/reference-backend.ts')
      return createReferenceBackend()
    }
    default:
      throw new UnrolledError('option', `there is no backend ${name}; there are ${backendNames.join(', ')}`)
  }
}

/** More threads than this share too little work each. */
const mostThreads = 16

/** A page may share memory only where it is isolated from others; elsewhere there is one thread, and a warning says why. */
const webCrew: CrewOf = async (wanted) => {
  const threads = wanted ?? Math.min(navigator.hardwareConcurrency, mostThreads)
  if (threads === 1) return undefined
  if (!crossOriginIsolated) {
    warnOnce(
      'this page is not isolated and may not share memory between threads; serve it with `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`',
    )
    return undefined
  }
  const { startWebThread } = await import('./wasm/web-threads.ts')
  return { threads, start: startWebThread }
}

let warned = false

function warnOnce(why: string): void {
  // eslint-disable-next-line no-console -- a page has no other place for what its author should know
  if (!warned) console.warn(`unrolled computes on one thread: ${why}`)
  warned = true
}
