/** What a command sees of the world: where it writes, whether people watch, how it is interrupted. Tests give their own. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Whether out goes to a person's screen. */
  readonly live: boolean
  /** Whether questions can be asked. */
  readonly asks: boolean
  readonly columns: number
  /** One line typed in answer; undefined where nobody answers. */
  ask(question: string): Promise<string | undefined>
  /** All of standard input. */
  input(): Promise<string>
  /** Calls back at Ctrl-C; gives back how to stop listening. */
  onInterrupt(call: () => void): () => void
}

/** How a command ends. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The process's own terminal. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    live: stdout.isTTY === true,
    asks: stdin.isTTY === true && stdout.isTTY === true,
    columns: stdout.columns ?? 80,
    async ask(question) {
      const { createInterface } = await import('node:readline/promises')
      const lines = createInterface({ input: stdin, output: stdout })
      try {
        return (await lines.question(question)).trim()
      } finally {
        lines.close()
      }
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
  }
}
