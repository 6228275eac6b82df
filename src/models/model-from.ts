import { UnrolledError } from '../error.ts'
import { quoted } from '../printable.ts'
import { captionerFrom } from './captioner.ts'
import { classifierFrom } from './classifier.ts'
import type { Entry } from './entry.ts'
import { forecasterFrom } from './forecaster.ts'
import { languageModelFrom } from './language-model.ts'
import type { Model, ModelParts } from './model.ts'
import { multilabelClassifierFrom } from './multilabel-classifier.ts'
import { networkFrom } from './network.ts'
import { regressorFrom } from './regressor.ts'
import { taggerFrom } from './tagger.ts'
import { transcriberFrom } from './transcriber.ts'
import { translatorFrom } from './translator.ts'

/** The kinds of models: each makes one of what all have, and of the entries it keeps itself. */
const kinds: Readonly<Record<string, (parts: Omit<ModelParts, 'kind'>, entry: Entry) => Model>> = {
  captioner: captionerFrom,
  classifier: classifierFrom,
  forecaster: forecasterFrom,
  languageModel: languageModelFrom,
  multilabelClassifier: multilabelClassifierFrom,
  network: networkFrom,
  regressor: regressorFrom,
  tagger: taggerFrom,
  transcriber: transcriberFrom,
  translator: translatorFrom,
}

/**
 * What makes a model of a kind out of what its file tells.
 * @throws UnrolledError `file` where there is no such kind.
 */
export function modelKind(kind: string): (typeof kinds)[string] {
  if (Object.hasOwn(kinds, kind)) return kinds[kind]!
  throw new UnrolledError(
    'file',
    `there is no model of kind ${quoted(kind)}; there are ${Object.keys(kinds).join(', ')}`,
  )
}
