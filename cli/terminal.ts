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
  /** Calls back at Ctrl-C; gives back how to stop listening. */
  onInterrupt(call: () => void): () => void
  /** Ends the process here and now. */
  leave(code: ExitCode): void
}

/** How a command ends. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The process's own terminal. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process
  const live = stdout.isTTY === true
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    live,
    asks: stdin.isTTY === true && live,
    // picocolors knows NO_COLOR and FORCE_COLOR; it also colours in CI, where a log is no screen.
    colour: pc.isColorSupported && (live || 'FORCE_COLOR' in process.env),
    get columns() {
      return stdout.columns ?? 80
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
      process.on('SIGINT', call)
      process.on('SIGTERM', call)
      return () => {
        process.off('SIGINT', call)
        process.off('SIGTERM', call)
      }
    },
    leave: (code) => process.exit(code),
  }
}
