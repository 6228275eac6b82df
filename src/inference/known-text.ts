import {
  lines as linesOf,
  sameVocabulary,
  text as textOf,
  type DataSet,
  type Text,
  type Vocabulary,
} from '../data/index.ts'

/** What is to be predicted, by the symbols of a vocabulary. */
export function knownText(vocabulary: Vocabulary, given: DataSet | string): DataSet {
  const read = vocabulary.boundary === undefined ? textOf : linesOf
  if (typeof given === 'string') return read(given, { vocabulary })
  const { string, vocabulary: own } = (given ?? {}) as Partial<Text>
  if (string === undefined || own === undefined) return given
  return vocabulary.boundary === undefined && sameVocabulary(own, vocabulary) ? given : read(string, { vocabulary })
}
