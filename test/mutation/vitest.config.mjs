// Tests as ever, but one file of src has a mistake in it, which UNROLLED_MUTANT names. Nothing is written to disk.
import { join } from 'node:path'
import { mergeConfig } from 'vitest/config'
import usual from '../../vitest.config.ts'
import { mutated } from './mutants.mjs'

const { path, mutant } = JSON.parse(process.env['UNROLLED_MUTANT'])
const root = join(import.meta.dirname, '../..')

export default mergeConfig(usual, {
  root,
  cacheDir: 'node_modules/.mutation',
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (code, id) => (mutant && id.split('?')[0] === join(root, path) ? mutated(code, mutant) : undefined),
    },
  ],
})
