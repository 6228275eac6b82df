import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commands } from '../../cli/commands.ts'
import { run } from '../../cli/program.ts'
import type { ExitCode, Terminal } from '../../cli/terminal.ts'

export interface Outcome {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
}

/** Runs a command line in this process, as a script would: nobody watches, nobody answers. */
export async function unrolled(
  args: readonly string[],
  given: {
    readonly answer?: string
    readonly input?: string
    readonly live?: boolean
    readonly interruptWhen?: (out: string) => boolean
  } = {},
): Promise<Outcome> {
  let out = ''
  let err = ''
  let interrupt: (() => void) | undefined
  const terminal: Terminal = {
    out(text) {
      out += text
      if (given.interruptWhen?.(out)) interrupt?.()
    },
    err: (text) => void (err += text),
    live: given.live ?? false,
    asks: given.answer !== undefined,
    colour: false,
    columns: 80,
    ask: async () => given.answer,
    input: async () => given.input ?? '',
    onInterrupt(call) {
      // Ctrl-C once.
      interrupt = () => {
        interrupt = undefined
        call(130)
      }
      return () => void (interrupt = undefined)
    },
    leave: () => {},
  }
  const code = await run(commands, '0.0.0', args, terminal)
  return { code, out, err }
}

/** Lines of JSON. */
export const events = (out: string): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** Does some work in a new folder, which is gone afterwards. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'unrolled-cli-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
