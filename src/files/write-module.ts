import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UnrolledError } from '../error.ts'
import { codeOf, failure } from './failure.ts'
import { writeSafely } from './write-safely.ts'

/**
 * Writes the files of a module to a folder, its index last. Nothing is written where the folder holds an index that is not `ours`: such a
 * folder is somebody's code.
 * @throws UnrolledError `write`.
 */
export async function writeModule(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  index: string,
  ours: (text: string) => boolean,
): Promise<void> {
  const path = join(folder, index)
  const there = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw failure('write', `cannot look at ${path}`, cause)
  })
  if (there !== undefined && !ours(there)) {
    throw new UnrolledError('write', `${path} is there and no compiled model; name another folder, or move it away`)
  }
  const names = Object.keys(files).filter((name) => name !== index)
  for (const name of [...names, index]) {
    const content = files[name]!
    await writeSafely(join(folder, name), typeof content === 'string' ? new TextEncoder().encode(content) : content)
  }
}
