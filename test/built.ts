import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** The command line as it was built. Fails where the sources have changed since, for then it says nothing about them. */
export function builtMain(): string {
  const main = join(root, 'dist/cli/main.js')
  const built = existsSync(main) ? statSync(main).mtimeMs : -Infinity
  for (const folder of ['src', 'cli']) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile() && statSync(path).mtimeMs > built) {
        throw new Error(`dist is older than ${path.slice(root.length + 1)}: npm run build`)
      }
    }
  }
  return main
}
