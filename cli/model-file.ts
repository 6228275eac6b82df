import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ending } from './run-files.ts'

/** The file of a model that is named by itself, as `--out` took it, or by the folder of its run. */
export function modelFile(path: string): string {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there?.isDirectory()) return join(path, `model${ending}`)
  return there === undefined && existsSync(path + ending) ? path + ending : path
}
