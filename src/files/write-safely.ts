import { randomBytes } from 'node:crypto'
import { open, mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf, failure } from './failure.ts'
import { runs, thisProcess } from './process-identity.ts'

/**
 * Writes a file so that at any moment, even if the machine stops, there is the whole old one or the whole new one: written
 * beside it, flushed, renamed. Makes the folder if there is none. Fails with code `write`; the old file is then unharmed.
 */
export async function writeSafely(path: string, bytes: Uint8Array): Promise<void> {
  let beside: string | undefined
  try {
    await mkdir(dirname(path), { recursive: true })
    // A link stays a link: what it points to is replaced.
    const target = await realpath(path).catch(() => path)
    const folder = dirname(target)
    await removeLeftovers(folder, basename(target))
    beside = besides(target)
    await writeFlushed(beside, bytes)
    await rename(beside, target)
    beside = undefined
    await flushFolder(folder)
  } catch (cause) {
    if (beside !== undefined) await rm(beside, { force: true }).catch(() => undefined)
    throw failure('write', `cannot write ${path}`, cause, '; a file that was there before is unharmed')
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The new name is safe once the folder is flushed too; some systems cannot, and there it is as safe as it gets. */
async function flushFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (cause) {
    if (!['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM'].includes(codeOf(cause))) throw cause
  }
}

/** A file beside another, for a moment: says whose it is, so that others can tell what is left behind; never the same twice. */
function besides(path: string): string {
  const { pid, started, place } = thisProcess()
  return join(dirname(path), `.${basename(path)}.${place}-${pid}-${started}-${randomBytes(6).toString('hex')}.tmp`)
}

/** After this time nobody is still writing. */
const abandonedMs = 24 * 60 * 60 * 1000

/**
 * Removes what writers of the same file left behind that were killed on their way: those of this machine and container where they
 * run no more, and of others what is old.
 */
export async function removeLeftovers(folder: string, name: string): Promise<void> {
  // What cannot be looked for is no reason to write nothing.
  for (const file of await readdir(folder).catch(() => [])) {
    const ending = file.startsWith(`.${name}.`) ? file.slice(name.length + 2) : ''
    if (!/^([0-9a-f]{12}-\d+-)?\d+-[0-9a-f]+\.tmp$/.test(ending)) continue
    const [place = '', pid, started] = ending.split('-')
    const running = runs({ pid: Number(pid), started: Number(started), place })
    const path = join(folder, file)
    if (running === false || (running === undefined && (await isAbandoned(path)))) {
      await rm(path, { force: true }).catch(() => undefined)
    }
  }
}

/** Whether a file is too old for anybody to be on the way with it. */
export const isAbandoned = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > abandonedMs,
    () => false,
  )
