import type { DataSet, Labelled, Transcribed } from '../data/index.ts'
import type { Model } from './model.ts'

/** What a model and the data made for it both keep of how rows are read. */
type Kept = Partial<Pick<Labelled, 'input' | 'labels' | 'measures'> & Pick<Transcribed, 'targetVocabulary'>>

/** Says what data reads otherwise than a model does that reads it itself; its numbers would mean other things. */
export function misread(model: Model, data: DataSet): string | undefined {
  const [own, given] = [model as Kept, data as Kept]
  if (!own.input || !given.input) return undefined
  if (own.input !== given.input && text(own.input.content()) !== text(given.input.content())) {
    const one = own.input.port.vocabulary && given.input.port.vocabulary
    return one ? 'its texts are numbered by another vocabulary' : 'its columns are read or scaled otherwise'
  }
  if (own.labels !== given.labels && text(own.labels?.names) !== text(given.labels?.names)) {
    return `its labels are ${given.labels?.names.join(', ') ?? 'none'}, not ${own.labels?.names.join(', ') ?? 'any'}`
  }
  if (text(own.targetVocabulary?.symbols) !== text(given.targetVocabulary?.symbols)) return 'its symbols are others'
  return text(own.measures) === text(given.measures) ? undefined : 'its targets are scaled otherwise'
}

const text = (content: unknown): string => JSON.stringify(content) ?? ''
