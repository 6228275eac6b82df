import { createRequire } from 'node:module'

/** Where a file of an installed package lies. */
export const packageFile: (path: string) => string = createRequire(import.meta.url).resolve
