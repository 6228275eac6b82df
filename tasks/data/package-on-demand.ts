import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../task.ts'

/** Packages of data that are too large to come with the development dependencies; git ignores it. */
const cache = join(import.meta.dirname, '../.cache')

/** A package of data that npm brings when it is first needed. */
export function packageOnDemand(name: string, version: string): Source & { file(path: string): string } {
  const folder = join(cache, 'node_modules', name)
  return {
    file: (path) => join(folder, path),
    missing: () => (existsSync(join(folder, 'package.json')) ? undefined : `npm's ${name} is not in tasks/.cache`),
    async fetch() {
      mkdirSync(cache, { recursive: true })
      console.log(`  fetching ${name}@${version}`)
      const options = [
        '--prefix',
        cache,
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ]
      try {
        execFileSync('npm', ['install', ...options, `${name}@${version}`], { stdio: 'inherit' })
      } catch {
        // That it is missing is said next.
      }
    },
  }
}
