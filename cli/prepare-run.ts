import { UnrolledError } from 'unrolled'
import { loadModel } from 'unrolled/node'
import { kebab, string, type Options } from './command.ts'
import type { PreparedRun, Wanted } from './material.ts'
import { checkOptions, materialFor, materialOf } from './materials.ts'
import { modelFile } from './model-file.ts'
import type { StoredRun } from './run-files.ts'
import { makingOptions } from './train-options.ts'

/**
 * What a run works on: the data and the model of the stored one, where there is one and nothing else is asked for; the model of
 * `--from`; or a new one, made for the data.
 */
export async function prepareRun(
  files: readonly string[],
  { asked, options, stored, signal }: Omit<Wanted, 'known'>,
): Promise<PreparedRun> {
  const known = await knownModel(asked, stored)
  const material = known ? materialOf(known, string(asked, 'from') ?? 'the stored run') : materialFor(files, options)
  checkOptions(material, options)
  return material.prepare(files, { asked, options, known, stored, signal })
}

async function knownModel(asked: Options, stored: StoredRun | undefined): Promise<Wanted['known']> {
  const own = makingOptions.filter(({ name }) => asked[name] !== undefined)
  if (stored) return own.length === 0 ? stored.model : undefined
  const from = string(asked, 'from')
  if (from === undefined) return undefined
  const others = own.filter(({ name }) => name !== 'seed' && name !== 'lines').map(({ name }) => `--${kebab(name)}`)
  if (others.length === 0) return loadModel(modelFile(from))
  throw new UnrolledError(
    'usage',
    `--from ${from} brings its cell, sizes and vocabulary along: leave ${others.join(', ')} away, or --from to make a new model`,
  )
}
