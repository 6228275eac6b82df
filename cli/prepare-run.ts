import { UnrolledError, type LanguageModel } from 'unrolled'
import { buildModel } from './build-model.ts'
import { validationFiles } from './build-run.ts'
import { kebab, number, on, string, type Options } from './command.ts'
import { languageModelFrom } from './language-model-from.ts'
import { readData, readFor, type Data } from './read-data.ts'
import type { StoredRun } from './run-files.ts'
import { modelOptions, textOptions } from './train-options.ts'

/** What a run works on. */
export interface PreparedRun {
  readonly model: LanguageModel
  readonly data: Data
  /** A validation set of its own. */
  readonly validation: Data | undefined
}

/** What is asked for, and the same with what a stored run was asked for. */
interface Wanted {
  readonly asked: Options
  readonly options: Options
  readonly stored: StoredRun | undefined
}

/**
 * Texts and model of a run: those of the stored one, where there is one and nothing else is asked for; the model of `--from`;
 * or a new one, made for the texts.
 */
export async function prepareRun(texts: readonly string[], { asked, options, stored }: Wanted): Promise<PreparedRun> {
  const known = await knownModel(asked, stored)
  // A model has cell and vocabulary; where they once came from does not matter any more.
  const data = known ? await readFor(known.vocabulary, texts) : await readNew(texts, options)
  const model = known ?? (await buildModel(data, options))
  const files = validationFiles(options)
  const validation = files.length > 0 ? await readFor(model.vocabulary, files) : undefined
  return { model, data, validation }
}

function readNew(texts: readonly string[], options: Options): Promise<Data> {
  const minCount = number(options, 'minCount')
  const cut = { ...(on(options, 'words') && { units: 'words' as const }), ...(minCount !== undefined && { minCount }) }
  return readData(texts, cut, on(options, 'lines'))
}

async function knownModel(asked: Options, stored: StoredRun | undefined): Promise<LanguageModel | undefined> {
  const own = [...modelOptions, ...textOptions].filter(({ name }) => asked[name] !== undefined)
  if (stored) return own.length === 0 ? stored.model : undefined
  const from = string(asked, 'from')
  if (from === undefined) return undefined
  const others = own.filter(({ name }) => name !== 'seed' && name !== 'lines').map(({ name }) => `--${kebab(name)}`)
  if (others.length > 0) {
    throw new UnrolledError(
      'usage',
      `--from ${from} brings its cell, sizes and vocabulary along: leave ${others.join(', ')} away, or --from to make a new model`,
    )
  }
  const model = await languageModelFrom(from)
  if (on(asked, 'lines') && model.vocabulary.boundary === undefined) {
    throw new UnrolledError(
      'usage',
      `the model in ${from} was made for running text, and knows no beginning of a line: leave --lines away`,
    )
  }
  return model
}
