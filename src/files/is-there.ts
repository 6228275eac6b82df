import { stat } from 'node:fs/promises'
import { codeOf, failure } from './failure.ts'

/** Whether there is anything of that name. Fails with code `file` where nobody can tell. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return false
    throw failure('file', `cannot look for ${path}`, cause)
  }
}
