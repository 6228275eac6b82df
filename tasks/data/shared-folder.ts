import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../task.ts'

/** Data that may not be handed on with the package lies beside the repository. */
const folder = join(import.meta.dirname, '../../../shared/data')

/** Where such a file lies. */
export const sharedFile = (path: string): string => join(folder, path)

/** Files that may be missing. */
export const sharedFiles = (...paths: readonly string[]): Source => ({
  missing() {
    const absent = paths.find((path) => !existsSync(sharedFile(path)))
    return absent === undefined ? undefined : `../shared/data/${absent} is not there`
  },
})
