/** The wasm backend in a page. Its threads are workers started from text, so that nothing has to lie at an address of its own. */

import type { Backend, BackendChoice } from '../backend.ts'
import type { StartThread } from './crew.ts'
import { threadText } from './thread-text.ts'
import { createThreadedBackend } from './threaded-backend.ts'

const text = `
const post = (message) => postMessage(message)
const listen = (callback) => { onmessage = ({ data }) => callback(data) }
${threadText}`

export const startWebThread: StartThread = ({ heard, died }) => {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
  const worker = new Worker(address, { name: 'unrolled' })
  worker.onmessage = ({ data }) => {
    URL.revokeObjectURL(address)
    heard(data)
  }
  worker.onerror = ({ message }) =>
    died(message || "it could not be started; a page's policy has to allow `worker-src blob:`")
  return {
    send: (message) => worker.postMessage(message),
    // A page stays or goes whatever its workers do.
    hold: () => undefined,
    end: () => worker.terminate(),
  }
}

/** More threads than this share too little work each. */
const mostThreads = 16

const isolation =
  'this page is not isolated and may not share memory between threads; serve it with `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`'

let warned = false

/** A page may share memory only where it is isolated from others; elsewhere there is one thread, and a warning says so, once. */
export const createPageBackend = (choice: BackendChoice): Promise<Backend> =>
  createThreadedBackend(choice, {
    threads: Math.min(navigator.hardwareConcurrency, mostThreads),
    start: startWebThread,
    alone: crossOriginIsolated ? undefined : isolation,
    warn: (text) => {
      // eslint-disable-next-line no-console -- a page has no other place for what its author should know
      if (!warned) console.warn(text)
      warned = true
    },
  })
