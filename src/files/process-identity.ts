import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { codeOf } from './failure.ts'

/** A process among all that may ever meet in one folder: a restarted container has the same pid, two of them may have it at once. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it began, in ticks since the system did; 0 where nobody can tell. */
  readonly started: number
  /** Names where the pid means something: this machine, its start, and its namespace of pids. */
  readonly place: string
}

/** This process. */
export const thisProcess = (): ProcessIdentity => ({ pid: process.pid, started: startOf(process.pid), place: here() })

/** Whether a process runs; undefined where its pid means nothing here. */
export function runs({ pid, started, place }: ProcessIdentity): boolean | undefined {
  if (place !== here()) return undefined
  try {
    process.kill(pid, 0)
  } catch (cause) {
    // One of another user's is there too.
    if (codeOf(cause) === 'ESRCH') return false
  }
  if (isZombie(pid)) return false
  const now = startOf(pid)
  return now === 0 || started === 0 || now === started
}

let place: string | undefined

function here(): string {
  place ??= createHash('sha256').update(placeParts().join('\n')).digest('hex').slice(0, 12)
  return place
}

const placeParts = (): (string | undefined)[] => [
  hostname(),
  attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  attempt(() => readlinkSync('/proc/self/ns/pid')),
]

/** Whether a process has ended and only its parent has not asked for that, as where a container's first process never asks. */
const isZombie = (pid: number): boolean => /[ZX]/.test(statOf(pid)[0] ?? '')

function startOf(pid: number): number {
  const ticks = Number(statOf(pid)[19])
  return Number.isSafeInteger(ticks) ? ticks : 0
}

/** The fields of Linux's `stat` from the third on, which is the state; the name before it may hold anything. */
function statOf(pid: number): string[] {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
