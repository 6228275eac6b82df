import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { hostname, uptime } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { UnrolledError } from '../error.ts'
import { codeOf, failure } from './failure.ts'
import { runs, thisProcess, type ProcessIdentity } from './process-identity.ts'
import { isAbandoned } from './write-safely.ts'

/** What a lock file says. */
interface Holder extends ProcessIdentity {
  readonly host: string
  /** ISO 8601. */
  readonly since: string
  readonly token: string
}

/** What a file says of its holder; the token is there in any case, and another for another file. */
type Said = Partial<Holder> & { readonly token: string }

/** Who wants a lock. */
interface Taker {
  readonly lock: string
  readonly own: Holder
  readonly listenMs: number
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
    const holder = await take(path, { lock: path, own, listenMs })
    if (holder) throw heldBy(path, holder)
    await removeClaims(path)
    // The sign of life alone keeps no process running.
    const beat = setInterval(() => void touch(path), beatMs).unref()
    return async () => {
      clearInterval(beat)
      await giveBack(path, own)
      // Where nothing came of it no empty folder is left.
      if (made !== undefined) await rmdir(folder).catch(() => undefined)
    }
  } catch (cause) {
    throw cause instanceof UnrolledError ? cause : failure('write', `cannot lock ${path}`, cause)
  }
}

/** Takes a file, a lock or a claim, unless somebody who lives has it: gives who that is. */
async function take(path: string, taker: Taker): Promise<Said | undefined> {
  for (let i = 0; i < attempts; i++) {
    if (await make(path, taker.own)) return undefined
    const holder = await holderOf(path)
    if (holder === undefined) continue
    if (await isHeld(path, holder, taker.listenMs)) return holder
    if (await takeOver(path, holder, taker)) return undefined
  }
  throw new UnrolledError('checkpoint', `others take and give back ${path} all the time`)
}

/** Makes the file, unless it is there. */
async function make(path: string, own: Holder): Promise<boolean> {
  let made = false
  try {
    const file = await open(path, 'wx')
    made = true
    try {
      await file.writeFile(`${JSON.stringify(own)}\n`)
    } finally {
      await file.close()
    }
    return true
  } catch (cause) {
    if (made) await rm(path, { force: true })
    else if (codeOf(cause) === 'EEXIST') return false
    else if (codeOf(cause) === 'ENOENT') {
      // Whoever gave a lock back took the folder away.
      await mkdir(dirname(path), { recursive: true })
      return false
    }
    throw cause
  }
}

async function giveBack(path: string, own: Holder): Promise<void> {
  if ((await holderOf(path))?.token === own.token) await rm(path, { force: true })
}

/** Who holds a file; undefined where there is none. One that does not say is somebody's all the same, as it is made before it is written. */
async function holderOf(path: string): Promise<Said | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      const { ino, birthtimeMs } = await file.stat()
      const said = objectOf(await file.readFile('utf8'))
      const named = typeof said.token === 'string' && /^[\w-]{1,64}$/.test(said.token)
      return { ...said, token: named ? said.token! : `unsaid-${ino}-${Math.floor(birthtimeMs)}` }
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw cause
  }
}

function objectOf(json: string): Partial<Holder> {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** Whether who holds a file runs; undefined where that cannot be told from here. */
function holderRuns({ pid, started, place, host, since }: Said): boolean | undefined {
  if (typeof pid !== 'number' || typeof started !== 'number' || typeof place !== 'string') return undefined
  const alive = runs({ pid, started, place })
  // Where pids cannot be told apart by their start: a lock older than the system is of another start of it.
  const older = host === hostname() && Date.parse(String(since)) < Date.now() - 1000 * uptime() - 60_000
  return alive && !(started === 0 && older)
}

async function isHeld(path: string, holder: Said, listenMs: number): Promise<boolean> {
  const alive = holderRuns(holder)
  if (alive !== undefined) return alive
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
 * Puts our own file in the place of one whose holder runs no more; says whether it did. One at a time does so, whoever takes the
 * claim of that very holder, which then becomes the file: that is never away meanwhile, so that nobody can make it anew. A claim
 * whose claimer was killed is taken over in the same way.
 */
async function takeOver(path: string, holder: Said, taker: Taker): Promise<boolean> {
  const claim = claimOf(taker.lock, holder)
  if (await take(claim, taker)) {
    await wait(5)
    return false
  }
  try {
    if ((await holderOf(path))?.token !== holder.token) return false
    await rename(claim, path)
    return true
  } finally {
    await giveBack(claim, taker.own)
  }
}

const claimEnding = '.claim'

const claimOf = (lock: string, { token }: Said): string =>
  join(dirname(lock), `.${basename(lock)}.${token}${claimEnding}`)

/** Clears away the claims of those who were killed on their way; the lock is another's now, so they count no more. */
async function removeClaims(lock: string): Promise<void> {
  const folder = dirname(lock)
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(`.${basename(lock)}.`) || !name.endsWith(claimEnding)) continue
    const claim = join(folder, name)
    const claimer = await holderOf(claim).catch(() => undefined)
    if (claimer && !(holderRuns(claimer) ?? !(await isAbandoned(claim)))) await rm(claim).catch(() => undefined)
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined)
}

function heldBy(path: string, { pid, host, since, place }: Said): UnrolledError {
  const mine = pid === process.pid && place === thisProcess().place
  const who = mine ? `this very process (${pid})` : `process ${pid ?? 'unknown'} on ${host ?? 'an unknown machine'}`
  return new UnrolledError(
    'checkpoint',
    `another run is being kept in ${dirname(path)}: by ${who}, since ${since ?? 'an unknown time'}. ` +
      `Let it end, or name another place; if it does not run any more, delete ${path}`,
  )
}
