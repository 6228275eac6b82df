import { Fingerprint } from '../data/fingerprint.ts'
import { columnsOf, stepsOf, type Recorded, type Rows } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { OneSight, Writing } from '../models/index.ts'
import { checkNames } from '../options.ts'
import { checkWeights, engineNames, engineOf, type InferenceOptions } from '../runtime/index.ts'
import { sourcesIn } from './given-sources.ts'
import { MemoryStepper, sourcesOf } from './memory-stepper.ts'
import { PushedSymbols } from './pushed-symbols.ts'
import { tell, type WritingParts } from './told.ts'
import { WritingSession } from './writing-session.ts'

/** What `open` is told of a model that writes: its sources, and where it is computed. */
export interface WritingSessionOptions extends InferenceOptions {
  /** What is written about, as `predict` takes it: one source, or a list, for as many sessions. */
  readonly source:
    | string
    | Rows
    | readonly string[]
    | readonly (readonly string[])[]
    | readonly Rows[]
    | OneSight
    | readonly OneSight[]
    | Recorded
}

const names = ['source', 'weights', ...engineNames]
const synonyms = {
  sources: 'source',
  text: 'source',
  x: 'source',
  sessions: 'source, which of several sessions is a list',
  batch: 'source, which of several sessions is a list',
}

/** What `open` does with a model that writes. */
export async function openWriting(model: Writing, options: WritingSessionOptions): Promise<WritingSession> {
  checkNames('open', options, names, synonyms)
  const weights = checkWeights('open', options.weights)
  if (options.source === undefined) {
    throw new UnrolledError(
      'option',
      'open: the model writes about a source, which is missing: { source }, or of several sessions a list',
    )
  }
  const { sources } = sourcesIn(model, options.source, 'open')
  const { layer, loss, alignment, parameters, inputs, targetVocabulary } = model
  const print = new Fingerprint()
  for (const source of sources) print.rows(source, columnsOf(source))
  const held = await MemoryStepper.of(layer, alignment, { ...engineOf(options), weights })
  try {
    const parts: WritingParts = {
      model,
      layer,
      loss,
      held,
      stream: held.kept.begin(parameters, sourcesOf(sources, inputs['source']!.columns, 1)),
      sources: print.text(),
      steps: Math.max(...sources.map(stepsOf)),
      pushed: new PushedSymbols(targetVocabulary),
    }
    const boundaries = sources.map(() => [targetVocabulary.boundary!])
    return new WritingSession(parts, await tell(parts, boundaries))
  } catch (error) {
    held.release()
    throw error
  }
}
