/** Threads of a page: workers started from text, so that nothing has to lie at an address of its own. */

import type { StartThread } from './crew.ts'
import { threadText } from './thread-text.ts'

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
