// Tests as ever, in the order given, but one file of src has a mistake in it, which UNROLLED_MUTANT names. Nothing is written to disk.
import { join, relative } from 'node:path'
import { mergeConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import usual from '../../vitest.config.ts'
import { mutated } from './mutants.mjs'

const { path, mutant } = JSON.parse(process.env['UNROLLED_MUTANT'])
const root = join(import.meta.dirname, '../..')

class AsGiven extends BaseSequencer {
  sort(files) {
    const at = ({ moduleId }) => process.argv.indexOf(relative(root, moduleId))
    return files.toSorted((a, b) => at(a) - at(b))
  }
}

export default mergeConfig(usual, {
  root,
  test: { sequence: { sequencer: AsGiven } },
  cacheDir: 'node_modules/.mutation',
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (code, id) => (mutant && id.split('?')[0] === join(root, path) ? mutated(code, mutant) : undefined),
    },
  ],
})
