/** Longest time work keeps the event loop to itself. */
const longestMs = 16

const next: () => Promise<void> = (() => {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void }
  if (setImmediate) return () => new Promise<void>((resolve) => setImmediate(resolve))
  if (typeof MessageChannel === 'undefined') return () => new Promise<void>((resolve) => setTimeout(resolve))
  return () =>
    new Promise<void>((resolve) => {
      // A page's timers wait at least 4 ms; a message does not.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(0)
    })
})()

/** Lets the event loop have its turn when long work has kept it for 16 ms. */
export class Turns {
  #since = performance.now()

  /** Resolves at once, or after others had their turn. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < longestMs) return
    await next()
    this.#since = performance.now()
  }
}
