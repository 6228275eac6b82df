import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { hostname, uptime } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { UnrolledError } from '../error.ts'
import { codeOf, failure } from './failure.ts'
import { runs, thisProcess, type ProcessIdentity } from './process-identity.ts'
import { besides, removeLeftovers } from './write-safely.ts'

/** What a lock file says. */
interface Holder extends ProcessIdentity {
  readonly host: string
  /** ISO 8601. */
  readonly since: string
  readonly token: string
}

/** Time between signs of life of a holder. */
const beatMs = 3000

/** Attempts to take a lock that others take and give back meanwhile. */
const attempts = 100

/**
 * Takes a lock: a file that only one holder at a time can make. Gives what gives it back. The lock of a process that runs no more is
 * taken over: at once where that can be told by its pid; else, as for another machine or container, after listening `listenMs`
 * for a sign of life.
 * @throws UnrolledError `checkpoint` where somebody holds it, `write` where it cannot be made.
 */
export async function lockFile(path: string, { listenMs = 5 * beatMs } = {}): Promise<() => Promise<void>> {
  const own: Holder = {
    ...thisProcess(),
    host: hostname(),
    since: new Date().toISOString(),
    token: randomUUID(),
  }
  const folder = dirname(path)
  try {
    const made = await mkdir(folder, { recursive: true })
    await take(path, own, listenMs)
    await removeClaims(path)
    // The sign of life alone keeps no process running.
    const beat = setInterval(() => void touch(path), beatMs).unref()
    return async () => {
      clearInterval(beat)
      if ((await holderOf(path))?.token === own.token) await rm(path, { force: true })
      // Where nothing came of it no empty folder is left.
      if (made !== undefined) await rmdir(folder).catch(() => undefined)
    }
  } catch (cause) {
    throw cause instanceof UnrolledError ? cause : failure('write', `cannot lock ${path}`, cause)
  }
}

async function take(path: string, own: Holder, listenMs: number): Promise<void> {
  for (let i = 0; i < attempts; i++) {
    if (await make(path, own)) return
    const holder = await holderOf(path)
    if (holder === undefined) continue
    if (await isHeld(path, holder, listenMs)) throw heldBy(path, holder)
    if (await takeOver(path, holder, own)) return
  }
  throw new UnrolledError('checkpoint', `others take and give back ${path} all the time`)
}

/** Makes the file, unless it is there. */
async function make(path: string, own: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(`${JSON.stringify(own)}\n`)
    } finally {
      await file.close()
    }
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    throw cause
  }
}

/** Who holds a lock; undefined where there is none. A file that does not say is somebody's all the same. */
async function holderOf(path: string): Promise<Partial<Holder> | undefined> {
  try {
    const said: unknown = JSON.parse(await readFile(path, 'utf8'))
    return typeof said === 'object' && said !== null ? said : {}
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    if (cause instanceof SyntaxError) return {}
    throw cause
  }
}

async function isHeld(path: string, holder: Partial<Holder>, listenMs: number): Promise<boolean> {
  const { pid, started, place, host, since } = holder
  if (typeof pid === 'number' && typeof started === 'number' && typeof place === 'string') {
    const alive = runs({ pid, started, place })
    // Where pids cannot be told apart by their start: a lock older than the system is of another start of it.
    const older = host === hostname() && Date.parse(String(since)) < Date.now() - 1000 * uptime() - 60_000
    if (alive !== undefined) return alive && !older
  }
  const before = await signOf(path)
  const end = Date.now() + listenMs
  while (Date.now() < end) {
    await wait(Math.min(500, listenMs))
    const now = await signOf(path)
    if (now === undefined) return false
    if (now !== before) return true
  }
  return false
}

/** Changes as long as its holder lives; undefined where the lock is gone. */
async function signOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  )
}

/**
 * Puts our own lock in the place of one whose holder runs no more; says whether it did. One at a time does so, whoever makes the
 * claim of that very lock, and the lock is never away meanwhile, so that nobody can make it anew.
 */
async function takeOver(path: string, holder: Partial<Holder>, own: Holder): Promise<boolean> {
  const claim = claimOf(path, holder)
  if (!(await make(claim, own))) {
    await removeIfDead(claim)
    await wait(5)
    return false
  }
  try {
    if ((await holderOf(path))?.token !== holder.token) return false
    const beside = besides(path)
    await make(beside, own)
    await rename(beside, path)
    return true
  } finally {
    await rm(claim, { force: true })
  }
}

const claimEnding = '.claim'

const claimOf = (path: string, { token = 'unsaid' }: Partial<Holder>): string =>
  join(dirname(path), `.${basename(path)}.${token}${claimEnding}`)

/** Removes a claim whose claimer was killed. */
async function removeIfDead(claim: string): Promise<void> {
  const { pid, started, place } = (await holderOf(claim)) ?? {}
  if (typeof pid !== 'number' || typeof started !== 'number' || typeof place !== 'string') return
  if (runs({ pid, started, place }) === false) await rm(claim, { force: true })
}

/** Clears away what takers left that were killed on their way. */
async function removeClaims(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    if (name.startsWith(`.${basename(path)}.`) && name.endsWith(claimEnding)) await removeIfDead(join(folder, name))
  }
  await removeLeftovers(folder, basename(path))
}

async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined)
}

function heldBy(path: string, { pid, host, since, place, token: _ }: Partial<Holder>): UnrolledError {
  const mine = pid === process.pid && place === thisProcess().place
  const who = mine ? `this very process (${pid})` : `process ${pid ?? 'unknown'} on ${host ?? 'an unknown machine'}`
  return new UnrolledError(
    'checkpoint',
    `another run is being kept in ${dirname(path)}: by ${who}, since ${since ?? 'an unknown time'}. ` +
      `Let it end, or name another place; if it does not run any more, delete ${path}`,
  )
}
