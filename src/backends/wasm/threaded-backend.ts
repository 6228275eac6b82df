/** The wasm backend on the threads that can be had: all that were asked for, or one with a warning that says why. */

import { UnrolledError } from '../../error.ts'
import type { Backend, BackendChoice } from '../backend.ts'
import type { StartThread } from './crew.ts'
import { createWasmBackend } from './wasm-backend.ts'

/** What a place where JavaScript runs offers. */
export interface Place {
  /** Threads where nobody says how many. */
  readonly threads: number
  readonly start: StartThread
  /** Why there is one thread alone, if that is so. */
  readonly alone?: string | undefined
  warn(text: string): void
}

export async function createThreadedBackend({ kernels, threads }: BackendChoice, place: Place): Promise<Backend> {
  if (kernels !== undefined && kernels !== 'wasm' && kernels !== 'wasm-fma')
    throw new UnrolledError('option', `the wasm backend has the kernels wasm and wasm-fma, not ${kernels}`)
  const options = kernels === undefined ? {} : ({ kernels } as const)
  const crew = { threads: threads ?? place.threads, start: place.start }
  if (crew.threads === 1) return createWasmBackend(options)
  let why = place.alone
  try {
    if (why === undefined) return await createWasmBackend({ ...options, crew })
  } catch (error) {
    if (!(error instanceof UnrolledError) || error.code !== 'thread-died') throw error
    why = error.message
  }
  place.warn(`unrolled computes on one thread: ${why}`)
  return createWasmBackend(options)
}
