import { isLanguageModel, UnrolledError, type LanguageModel } from 'unrolled'
import { loadModel } from 'unrolled/node'
import { modelFile } from '../model-file.ts'

/**
 * A model file that holds a language model.
 * @throws UnrolledError `file` where it holds another, or cannot be read.
 */
export async function languageModelFrom(path: string): Promise<LanguageModel> {
  const model = await loadModel(modelFile(path))
  if (isLanguageModel(model)) return model
  throw new UnrolledError('file', `${path} holds a ${model.kind}; a language model is needed, as unrolled train makes`)
}
