import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where a file of an installed package lies. */
export const packageFile: (path: string) => string = createRequire(import.meta.url).resolve

/** Where data of vega-datasets lies, whose files other packages may not name. */
export const vegaFile = (name: string): string => join(dirname(packageFile('vega-datasets')), '../data', name)
