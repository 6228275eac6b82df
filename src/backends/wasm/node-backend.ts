/** The wasm backend in Node. Its threads are worker threads that hold the process only while they are waited for. */

import { Worker } from 'node:worker_threads'
import type { Backend, BackendChoice } from '../backend.ts'
import type { StartThread } from './crew.ts'
import { threadText } from './thread-text.ts'
import { createThreadedBackend } from './threaded-backend.ts'

const place = `
const { parentPort } = require('node:worker_threads')
const post = (message) => parentPort.postMessage(message)
const listen = (callback) => parentPort.on('message', callback)
`

/** How a thread is started that runs a text. */
export const nodeThread =
  (text: string): StartThread =>
  ({ heard, died }) => {
    // The flags of this process are for its own code.
    const worker = new Worker(place + text, { eval: true, execArgv: [], name: 'unrolled' })
    worker.on('message', heard)
    worker.on('error', ({ message }) => died(message))
    worker.on('exit', (code) => died(`it ended with code ${code}`))
    return {
      send: (message) => worker.postMessage(message),
      hold: (on) => (on ? worker.ref() : worker.unref()),
      end: () => void worker.terminate(),
    }
  }

export const startNodeThread = nodeThread(threadText)

/** `usual` is the number of threads where nobody says how many. */
export const createNodeBackend = (choice: BackendChoice, usual: number): Promise<Backend> =>
  createThreadedBackend(choice, {
    threads: usual,
    start: startNodeThread,
    warn: (text) => process.emitWarning(text, { code: 'UNROLLED_THREADS' }),
  })
