/** Looks for files of the package from where this code lies: in the package, or in the bundle it was made a part of. */

// As a namespace: webpack takes a plain `createRequire` over, and then gives numbers for paths.
import * as modules from 'node:module'
import { dirname, join } from 'node:path'

/** Node's own `require`, of this file. A bundle in CommonJS has no `import.meta.url`, but it has `__filename`. */
export function requireFromHere(): NodeJS.Require {
  const file = import.meta.url ?? (typeof __filename === 'string' ? __filename : join(process.cwd(), 'bundle.js'))
  return modules.createRequire(file)
}

/** The folder of the package. Throws where it is not installed where Node looks from this file. */
export const packageFolder = (): string => dirname(requireFromHere().resolve('unrolled/package.json'))
