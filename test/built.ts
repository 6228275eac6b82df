import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const main = join(root, 'dist/cli/main.js')

/** The command line as it was built. */
export function builtMain(): string {
  checkBuilt()
  return main
}

/** Fails where the sources have changed since the build, for then it says nothing about them. */
export function checkBuilt(): void {
  const built = existsSync(main) ? statSync(main).mtimeMs : -Infinity
  for (const folder of ['src', 'cli']) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile() && statSync(path).mtimeMs > built) {
        throw new Error(`dist is older than ${path.slice(root.length + 1)}: npm run build`)
      }
    }
  }
}
