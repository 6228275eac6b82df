import { UnrolledError } from '../error.ts'
import { checkNames, checkNumber, shown, wrongOption } from '../options.ts'
import { grouped } from './grouped.ts'
import { inputOf, isList, type InputOptions } from './input-of.ts'
import { checkAlike, rolesOf, type Readings } from './labelled.ts'
import { extentOf, type LabelledSequence } from './labelled-sequence.ts'
import { recordsOf, valuesIn, type Recorded } from './records.ts'
import { stepsOf } from './rows.ts'
import { sequenceData, type Sequences } from './sequence-data.ts'
import { checkWhole } from './text.ts'
import { buildVocabulary, type Vocabulary } from './vocabulary.ts'

/** How a transcriber, or data for one, reads what it is given. */
export interface TranscribedReadings extends Readings {
  /** The symbols that are said; the blank is none of them, and its number is their count. */
  readonly targetVocabulary: Vocabulary
  /** Places of a target: as many symbols as the longest has. */
  readonly room: number
}

/**
 * Sequences of frames with what is said in them. A target is one row, as wide as there is room: the numbers of its symbols, and behind
 * them that of the blank, which is the first that no symbol has.
 */
export interface Transcribed extends Sequences, TranscribedReadings {}

/** How `transcribed` reads rows: the columns of frames, and that of what is said along them. */
export interface TranscribedOptions extends Pick<
  InputOptions,
  'x' | 'steps' | 'scale' | 'sequence' | 'time' | 'ignoreUnknown'
> {
  /** The column of what is said: a text, or a list of symbols. */
  readonly label?: string
  /** What texts are cut into: `characters`, or `tokens`, which stand between blanks; `characters`. Lists are of tokens. */
  readonly units?: 'characters' | 'tokens'
  /** Places of a target, at least; as many as what is read `like` has, and as the longest needs. */
  readonly room?: number
  /** Reads rows as a model does, or as other data is read: with its scaling and symbols; those of this data. */
  readonly like?: TranscribedReadings
}

const names = ['x', 'steps', 'scale', 'sequence', 'time', 'ignoreUnknown', 'label', 'units', 'room', 'like']
const synonyms = {
  labels: 'label',
  target: 'label',
  targets: 'label',
  frames: 'x',
  columns: 'x',
  id: 'sequence',
  longest: 'room',
}

/**
 * Makes a data set of a table, or of a list of objects, in which what is said along the frames of a sequence (`x`) is known, but not
 * where: a text or a list of symbols (`label`), shorter than the frames.
 *
 * @throws UnrolledError `data` with row and column for what cannot be read, and for more symbols than the frames have room for;
 * `option` for wrong options.
 */
export function transcribed(given: Recorded, options: TranscribedOptions): Transcribed {
  const owner = 'transcribed'
  checkNames(owner, options, names, synonyms)
  const { like, units, room: asked, ...reads } = options
  const roles = rolesOf({ ...like?.roles, ...options })
  const { label } = roles
  if (label === undefined) throw new UnrolledError('option', `${owner}: label is the column of what is said`)
  const records = recordsOf(given, owner)
  const groups = grouped(records, roles, owner)
  const { input, rows } = inputOf(records, groups, { ...reads, ...roles }, like?.input, owner)
  const cells = valuesIn(records, label, owner)
  const place = (row: number): string => `${owner}: ${records.place(row, label)}`
  checkAlike(groups, cells, place)
  const said = groups.map(([row]) => textOf(cells[row!], place(row!)))
  const targetVocabulary = like?.targetVocabulary ?? vocabularyOf(said, isList(cells[0]), units)
  const ids = said.map((text, i) => targetVocabulary.encode(text, place(groups[i]![0]!)))
  const least = checkNumber(owner, 'room', asked ?? like?.room ?? 1, { from: 1, whole: true })
  const room = ids.reduce((most, { length }) => Math.max(most, length), least)
  const items = rows.map((x, i): LabelledSequence => {
    const target = new Float32Array(room).fill(targetVocabulary.size)
    target.set(ids[i]!)
    checkFits(ids[i]!, stepsOf(x), place(groups[i]![0]!))
    return { x, target, row: groups[i]![0]! }
  })
  const facts = {
    items,
    units: 'steps',
    columns: input.port.columns,
    targetColumns: room,
    targets: 'whole sequence' as const,
    ...extentOf(items),
    alike: true,
    input,
    roles,
    targetVocabulary,
    room,
  }
  return sequenceData(facts, { x: input.port })
}

/** What is said, as text: symbols of a list have blanks between. */
function textOf(cell: unknown, place: string): string {
  if (typeof cell === 'string') {
    checkWhole(place, cell)
    return cell
  }
  if (!Array.isArray(cell)) {
    throw new UnrolledError('data', `${place} is ${shown(cell)}; it must be a text, or a list of symbols`)
  }
  const odd = cell.findIndex((one: unknown) => !isSymbol(one))
  if (odd < 0) return cell.join(' ')
  throw new UnrolledError(
    'data',
    `${place}: symbol ${odd} is ${shown(cell[odd])}; it must be a name without blanks, or a number`,
  )
}

const isSymbol = (one: unknown): boolean =>
  (typeof one === 'string' || typeof one === 'number') && /^\S+$/.test(String(one))

function vocabularyOf(said: readonly string[], lists: boolean, given: TranscribedOptions['units']): Vocabulary {
  const units = given ?? (lists ? 'tokens' : 'characters')
  if (units !== 'characters' && units !== 'tokens') {
    throw wrongOption('transcribed', 'units', units, "'characters' or 'tokens', which stand between blanks")
  }
  if (lists && units !== 'tokens') {
    throw wrongOption('transcribed', 'units', units, "'tokens', which lists are of")
  }
  if (said.every((text) => text.trim() === '')) {
    throw new UnrolledError('data', 'transcribed: nothing is said in any row')
  }
  return buildVocabulary(said, units, { minCount: 1, largest: Infinity, unknown: false })
}

/** Each symbol takes a frame, and equal ones behind each other one more between them. */
function checkFits(ids: Int32Array, frames: number, place: string): void {
  const between = ids.filter((id, i) => i > 0 && id === ids[i - 1]).length
  const least = ids.length + between
  if (least <= frames) return
  const why = between === 0 ? '' : ', as equal ones behind each other need one between'
  throw new UnrolledError('data', `${place}: ${ids.length} symbols need ${least} frames${why}; there are ${frames}`)
}
