/** The wasm backend on the threads that can be had: all that were asked for, or one with a warning that says why. */

import { UnrolledError } from '../../error.ts'
import type { Backend, BackendChoice } from '../backend.ts'
import type { StartThread } from './crew.ts'
import { createWasmBackend, type WasmBackendOptions } from './wasm-backend.ts'

/** What a place where JavaScript runs offers. */
export interface Place {
  /** Threads where nobody says how many. */
  readonly threads: number
  readonly start: StartThread
  /** Why there is one thread alone, if that is so. */
  readonly alone?: string | undefined
  /** How a worker is started that computes alone, where it may not share memory with others. */
  readonly distant?: StartThread
  warn(text: string): void
}

export async function createThreadedBackend({ kernels, threads }: BackendChoice, place: Place): Promise<Backend> {
  if (kernels !== undefined && kernels !== 'wasm' && kernels !== 'wasm-fma')
    throw new UnrolledError('option', `the wasm backend has the kernels wasm and wasm-fma, not ${kernels}`)
  const options = kernels === undefined ? {} : ({ kernels } as const)
  const { alone, distant, start } = place
  const crew = { threads: threads ?? place.threads, start }
  // Who asks for one thread gets the one that asks.
  if (threads === 1 || (crew.threads === 1 && !distant)) return createWasmBackend(options)
  const together = alone ?? (await tried({ ...options, crew }))
  if (typeof together !== 'string') return together
  const apart = distant && (await tried({ ...options, distant }))
  if (typeof apart === 'object') {
    if (crew.threads > 1) place.warn(`unrolled computes on one thread: ${together}`)
    return apart
  }
  place.warn(`unrolled computes on the thread that asks: ${apart ?? together}`)
  return createWasmBackend(options)
}

/** The backend, or why its threads do not start. */
async function tried(options: WasmBackendOptions): Promise<Backend | string> {
  try {
    return await createWasmBackend(options)
  } catch (error) {
    if (!(error instanceof UnrolledError) || error.code !== 'thread-died') throw error
    return error.message
  }
}
