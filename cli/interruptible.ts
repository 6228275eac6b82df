import { LiveLine } from './live-line.ts'
import { exitCodes, type ExitCode, type Terminal } from './terminal.ts'

/**
 * Does work that Ctrl-C ends, with a line that shows how far it is; that is gone when the work has ended. What was interrupted gives the
 * code that says so.
 */
export async function interruptible(
  terminal: Terminal,
  work: (signal: AbortSignal, line: LiveLine) => Promise<ExitCode>,
): Promise<ExitCode> {
  const line = new LiveLine(terminal, terminal.err, performance.now())
  const stop = new AbortController()
  let why: ExitCode = exitCodes.interrupted
  const release = terminal.onInterrupt((code) => {
    why = code
    stop.abort()
  })
  try {
    return await work(stop.signal, line)
  } catch (error) {
    if (stop.signal.aborted) return why
    throw error
  } finally {
    line.clear()
    release()
  }
}
