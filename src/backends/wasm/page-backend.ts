/** The wasm backend in a page. Its threads are workers started from text, so that nothing has to lie at an address of its own. */

import type { Backend, BackendChoice } from '../backend.ts'
import type { StartThread } from './crew.ts'
import { distantText } from './distant-text.ts'
import { threadText } from './thread-text.ts'
import { createThreadedBackend } from './threaded-backend.ts'

const place = `
const post = (message) => postMessage(message)
const listen = (callback) => { onmessage = ({ data }) => callback(data) }
`

const refused = "it could not be started; a page's policy has to allow `worker-src blob:`"

/** How a worker is started that runs a text. */
export const webThread =
  (text: string): StartThread =>
  ({ heard, died }) => {
    const address = URL.createObjectURL(new Blob([place + text], { type: 'text/javascript' }))
    const worker = made(address)
    if (worker === undefined) died(refused)
    else {
      worker.onmessage = ({ data }) => {
        URL.revokeObjectURL(address)
        heard(data)
      }
      worker.onerror = ({ message }) => died(message || refused)
    }
    return {
      send: (message) => worker?.postMessage(message),
      // A page stays or goes whatever its workers do.
      hold: () => undefined,
      end: () => worker?.terminate(),
    }
  }

/** A worker of a script's address; undefined where the page's policy forbids it and the engine says so at once. */
function made(address: string): Worker | undefined {
  try {
    return new Worker(address, { name: 'unrolled' })
  } catch {
    return undefined
  }
}

export const startWebThread = webThread(threadText)

/** More threads than this share too little work each. */
const mostThreads = 16

const isolation =
  'this page is not isolated and may not share memory between threads; serve it with `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`'

/** What there is of a page where this runs: a server that renders pages, or a test, may have none of it. */
interface Surroundings {
  readonly crossOriginIsolated?: boolean
  readonly navigator?: { readonly hardwareConcurrency?: number }
  readonly Worker?: unknown
}

let warned = false

/**
 * A page may share memory only where it is isolated from others; elsewhere one worker computes, so that the page's own thread
 * stays free, and where more were asked for a warning says why, once. Where there are no workers, or one thread is asked for, the
 * thread that asks computes.
 */
export function createPageBackend(choice: BackendChoice): Promise<Backend> {
  const { crossOriginIsolated: isolated, navigator, Worker } = globalThis as Surroundings
  const cores = Math.min(navigator?.hardwareConcurrency ?? 1, mostThreads)
  return createThreadedBackend(choice, {
    threads: Worker === undefined ? 1 : cores,
    start: startWebThread,
    ...(!isolated && { alone: Worker === undefined ? 'there are no workers here' : isolation }),
    ...(!isolated && Worker !== undefined && { distant: webThread(distantText) }),
    warn: (text) => {
      // eslint-disable-next-line no-console -- a page has no other place for what its author should know
      if (!warned) console.warn(text)
      warned = true
    },
  })
}
