import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { UnrolledError } from 'unrolled'

/** Finds files where rows of tables name them: as seen from the folder in which the tables lie. */
export function findingBeside(tables: readonly string[]): (path: string) => string {
  const folders = [...new Set(tables.map(folderOf))]
  return (path) => {
    if (isAbsolute(path)) return path
    if (folders.length === 1 && !/[*?]/.test(folders[0]!)) return resolve(folders[0]!, path)
    throw new UnrolledError(
      'usage',
      `${path} is looked for beside its table, and tables lie in ${folders.join(', ')}: take those of one folder, or name files from the root on`,
    )
  }
}

/** Standard input lies where the command is run. */
const folderOf = (table: string): string => (table === '-' ? '.' : isFolder(table) ? table : dirname(table))

export const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()
