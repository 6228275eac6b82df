import pc from 'picocolors'

/** What a command sees of the world: where it writes, whether people watch, how it is interrupted. Tests give their own. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Whether out goes to a person's screen. */
  readonly live: boolean
  /** Whether questions can be asked. */
  readonly asks: boolean
  /** Whether what is written may be coloured. */
  readonly colour: boolean
  readonly columns: number
  /** One line typed in answer; undefined where nobody answers. */
  ask(question: string): Promise<string | undefined>
  /** All of standard input. */
  input(): Promise<string>
  /**
   * Calls back where the work is to end early, with the exit code that says why: Ctrl-C, a signal, or an output that takes no
   * more. Gives back how to stop listening.
   */
  onInterrupt(call: (code: ExitCode) => void): () => void
  /** Ends the process here and now. */
  leave(code: ExitCode): void
}

/** How a command ends; from 129 on as a shell counts signals. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  hungUp: 129,
  interrupted: 130,
  outputClosed: 141,
  terminated: 143,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const signals = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.hungUp } as const

/** The process's own terminal. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process
  const live = stdout.isTTY === true
  const listeners = new Set<(code: ExitCode) => void>()
  const interrupt = (code: ExitCode): void => listeners.forEach((call) => call(code))
  // What cannot be printed must not keep what was computed from being saved.
  let closed = false
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (closed) return
    closed = true
    const isGone = error.code === 'EPIPE'
    if (!isGone) stderr.write(`error: the output cannot be written: ${error.message}\n`)
    if (listeners.size > 0) interrupt(isGone ? exitCodes.outputClosed : exitCodes.failed)
    // Whoever reads our output may stop reading: `unrolled show … | head`.
    else process.exit(isGone ? exitCodes.done : exitCodes.failed)
  })
  stderr.on('error', () => undefined)
  return {
    out: (text) => void (closed || stdout.write(text)),
    err: (text) => void stderr.write(text),
    live,
    asks: stdin.isTTY === true && live,
    // picocolors knows NO_COLOR and FORCE_COLOR; it also colours in CI, where a log is no screen.
    colour: pc.isColorSupported && (live || 'FORCE_COLOR' in process.env),
    get columns() {
      // Some terminals say they have none.
      return stdout.columns || 80
    },
    async ask(question) {
      const { createInterface } = await import('node:readline')
      const lines = createInterface({ input: stdin, output: stdout })
      return new Promise((resolve) => {
        // Ctrl-C and Ctrl-D both close.
        lines.on('close', () => resolve(undefined))
        lines.question(question, (answer) => {
          resolve(answer.trim())
          lines.close()
        })
      })
    },
    async input() {
      let text = ''
      stdin.setEncoding('utf8')
      for await (const piece of stdin) text += String(piece)
      return text
    },
    onInterrupt(call) {
      const handlers = Object.entries(signals).map(([signal, code]) => [signal, () => call(code)] as const)
      listeners.add(call)
      for (const [signal, handler] of handlers) process.on(signal, handler)
      return () => {
        listeners.delete(call)
        for (const [signal, handler] of handlers) process.off(signal, handler)
      }
    },
    leave: (code) => process.exit(code),
  }
}
