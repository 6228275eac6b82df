import { UnrolledError } from '../error.ts'
import { checkNames, shown } from '../options.ts'
import type { InputCoding } from './coding/index.ts'
import { grouped } from './grouped.ts'
import { inputOf, type InputOptions } from './input-of.ts'
import { rolesOf, type ColumnRoles } from './labelled.ts'
import { recordsOf, valuesIn, type Recorded } from './records.ts'
import { sequenceData, type Sequences } from './sequence-data.ts'
import type { Vocabulary } from './vocabulary.ts'
import { Side, sideNames, sideSynonyms, writtenFacts, type SideOptions } from './written.ts'

/** How captions are read, or a model that writes them reads. */
export interface CaptionReadings {
  /** How what is shown becomes numbers: one step of them. */
  readonly input: InputCoding
  /** The columns of what is shown, `x`, and of what is written, `caption`. */
  readonly roles: ColumnRoles
  /** The symbols of what is written; its boundary begins and ends each. */
  readonly targetVocabulary: Vocabulary
}

/** Rows with what is to be written about each: `source` is one step of numbers, `x` and `targets` symbols along time. */
export interface Captions extends Sequences, CaptionReadings {
  /** What is to be written about each row, in the order of `items`. */
  readonly targetTexts: readonly string[]
}

/** How `captions` reads rows: which columns are shown and how they are scaled, and what their captions are cut into. */
export interface CaptionsOptions extends Pick<InputOptions, 'x' | 'scale' | 'ignoreUnknown'>, SideOptions {
  /** The column of what is to be written: texts, or lists of tokens. */
  readonly caption?: string
  /** Reads rows as a model does, or as other data is read: with its scaling and vocabulary; those of this data. */
  readonly like?: CaptionReadings
}

const names = ['x', 'scale', 'ignoreUnknown', 'caption', ...sideNames, 'like'] as const
const synonyms = {
  source: 'x',
  image: 'x',
  columns: 'x',
  target: 'caption',
  text: 'caption',
  label: 'caption',
  ...sideSynonyms,
}

/**
 * Makes a data set of a table, or of a list of objects, in which something is written about each row: a picture or another list of
 * numbers in one column (`x: 'pixels'`, of whatever shape), or columns of numbers and categories, beside a `caption`. What is written
 * is cut into `units`, where nothing is said `tokens`, what stands between blanks.
 *
 * @throws UnrolledError `data` with row and column for what cannot be read, `option` for wrong options.
 */
export function captions(
  given: Recorded,
  options: CaptionsOptions &
    ({ readonly x: string | readonly string[]; readonly caption: string } | { like: CaptionReadings }),
): Captions {
  const owner = 'captions'
  checkNames(owner, options, names, synonyms)
  const { like, units, minCount, vocabulary, ...reading } = options
  const own = [...sideNames, 'scale'].find((name) => Object.hasOwn(options, name))
  if (like && own !== undefined) {
    throw new UnrolledError('option', `${owner}: like says how rows are read; leave out ${own}`)
  }
  if (like && typeof like.targetVocabulary?.encode !== 'function') {
    throw new UnrolledError('option', `${owner}: like is ${shown(like)}; it must be a captioner, or captions`)
  }
  const writing = {
    ...((units ?? typeof vocabulary !== 'object') && { units: units ?? 'tokens' }),
    ...(minCount !== undefined && { minCount }),
    ...(vocabulary !== undefined && { vocabulary }),
    ...(reading.ignoreUnknown !== undefined && { ignoreUnknown: reading.ignoreUnknown }),
  }
  const roles = rolesOf({ ...like?.roles, ...options })
  const { x, caption } = roles
  if (x === undefined || caption === undefined) {
    throw new UnrolledError('option', `${owner}: x, the columns of what is seen, and caption, that of what is written`)
  }
  const records = recordsOf(given, owner)
  const groups = grouped(records, {}, owner)
  const { input, rows } = inputOf(records, groups, { ...reading, x, steps: 1 }, like?.input, owner)
  const side = new Side(owner, caption, valuesIn(records, caption, owner), (row) => `${owner}: ${records.place(row)}`)
  const target = side.vocabulary(like ? { vocabulary: like.targetVocabulary } : writing)
  const port = { ...input.port, axes: ['source', 'batch'] as const }
  const { columns } = port
  const facts = writtenFacts(side, target, (row) => ({ source: rows[row]!, row }))
  return sequenceData(
    { ...facts, alike: true, targetTexts: side.texts, source: { columns }, input, roles },
    { source: port },
  )
}
