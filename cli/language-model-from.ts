import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isLanguageModel, UnrolledError, type LanguageModel } from 'unrolled'
import { loadModel } from 'unrolled/node'
import { ending } from './run-files.ts'

/** The file of a model that is named by itself, as `--out` took it, or by the folder of its run. */
export function modelFile(path: string): string {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there?.isDirectory()) return join(path, `model${ending}`)
  return there === undefined && existsSync(path + ending) ? path + ending : path
}

/**
 * A model file that holds a language model.
 * @throws UnrolledError `file` where it holds another, or cannot be read.
 */
export async function languageModelFrom(path: string): Promise<LanguageModel> {
  const model = await loadModel(modelFile(path))
  if (isLanguageModel(model)) return model
  throw new UnrolledError('file', `${path} holds a ${model.kind}; a language model is needed, as unrolled train makes`)
}
