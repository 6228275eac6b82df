import { open, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf, failure } from './failure.ts'

let count = 0

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
    beside = join(folder, `.${basename(target)}.${process.pid}-${count++}.tmp`)
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

/** Removes what writers of the same file left behind that were killed on their way. */
async function removeLeftovers(folder: string, name: string): Promise<void> {
  for (const file of await readdir(folder)) {
    if (!file.startsWith(`.${name}.`)) continue
    const writer = /^(\d+)-\d+\.tmp$/.exec(file.slice(name.length + 2))?.[1]
    if (writer !== undefined && !isRunning(Number(writer))) await rm(join(folder, file), { force: true })
  }
}

function isRunning(process_: number): boolean {
  if (process_ === process.pid) return true
  try {
    return process.kill(process_, 0)
  } catch (cause) {
    return codeOf(cause) !== 'ESRCH'
  }
}
