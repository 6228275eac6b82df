import { existsSync } from 'node:fs'
import { UnrolledError } from 'unrolled'
import { loadModel } from 'unrolled/node'
import { on, type Options } from './command.ts'
import { materialOf } from './materials.ts'
import { storedRun, type RunFiles } from './run-files.ts'
import type { Terminal } from './terminal.ts'

/** What `train` is to do where its run may be there already. */
export type Way = 'begin' | 'resume' | 'read' | 'leave'

/** Whether to begin, to go on with the run that is there already, or to read what it has learnt. */
export async function whatToDo(
  terminal: Terminal,
  takes: readonly string[],
  asked: Options,
  { model, resume }: RunFiles,
): Promise<Way> {
  const canResume = existsSync(resume)
  if (on(asked, 'resume')) {
    if (asked['from'] !== undefined) {
      throw new UnrolledError('usage', '--resume goes on with the model that --out holds: leave --from away')
    }
    if (canResume) return 'resume'
    throw new UnrolledError('usage', `there is no run to go on with: ${resume} does not exist`)
  }
  const canRead = existsSync(model)
  if (!canResume && !canRead) return 'begin'
  const there = canRead ? model : resume
  if (terminal.asks && !on(asked, 'json')) {
    return chosen(terminal, `${there} holds a ${canResume ? 'run' : 'model'}`, [
      ...(canResume ? [['resume', '[r]esume it'] as const] : []),
      ...(canRead ? [['read', materialOf(await loadModel(model), model).offer] as const] : []),
      ['begin', 'start [a]new'],
    ])
  }
  if (takes.length > 0 || Object.keys(asked).length > 0) {
    const goOn = canResume ? 'go on with it (--resume), name another place (--out)' : 'name another place (--out)'
    throw new UnrolledError('usage', `${there} is there already: ${goOn}, or delete it`)
  }
  // A plain `unrolled train` in a script: finish what was begun, then show what came of it.
  if (!canResume) return 'read'
  const { finished } = await storedRun(resume)
  return finished && canRead ? 'read' : 'resume'
}

/** One of several ways, chosen by the letter in brackets; Enter alone takes the first, whose letter is a capital. */
async function chosen(terminal: Terminal, what: string, offers: readonly (readonly [Way, string])[]): Promise<Way> {
  const keyOf = (says: string): string => /\[(.)\]/.exec(says)![1]!
  const shown = offers.map(([, says], i) => (i === 0 ? says.replace(/\[.\]/, (key) => key.toUpperCase()) : says))
  const answer = await terminal.ask(`${what}: ${shown.join(', ')}, or [q]uit? `)
  const key = answer === '' ? keyOf(offers[0]![1]) : answer?.[0]?.toLowerCase()
  return offers.find(([, says]) => keyOf(says) === key)?.[0] ?? 'leave'
}
