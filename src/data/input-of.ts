import { UnrolledError } from '../error.ts'
import { joined } from '../joined.ts'
import { checkNumber, shown, wrongOption } from '../options.ts'
import {
  listCoding,
  numbersIn,
  scalingOf,
  textCoding,
  tokenCodingOf,
  vectorCoding,
  inNumbers,
  type ColumnCoding,
  type InputCoding,
} from './coding/index.ts'
import { valuesIn, type Records } from './records.ts'
import type { Rows } from './rows.ts'
import type { Tensor } from '../tensor.ts'
import { isTextUnits, type TextUnits } from './units.ts'
import { usualUnits } from './usual-units.ts'
import { cutBy } from './vocabulary-options.ts'
import { buildVocabulary } from './vocabulary.ts'

/** Which columns of a table are a sequence. */
export interface InputOptions {
  /** The column of words: one a row, which are put together by `sequence`, or a list of them. */
  readonly token?: string
  /** The column of texts, one a row. */
  readonly text?: string
  /** What texts are cut into; words where most have more than three, else characters. */
  readonly units?: TextUnits
  /** Most symbols that are read of a text, from its beginning; all. */
  readonly longest?: number
  /** Symbols met less often become `<unk>`; 1 for characters, 2 for words and for subwords, which are left in smaller pieces. */
  readonly minCount?: number
  /** The most symbols to tell apart; all, of subwords 4,000. */
  readonly vocabulary?: number
  /** Whether characters and categories that come later are read as `<unk>` and as none of the categories; false, they are errors. */
  readonly ignoreUnknown?: boolean
  /** The columns of a step, numbers or names of categories; or one column with lists of numbers. */
  readonly x?: string | readonly string[]
  /** Into how many steps the numbers of a row are cut; 1 for columns, and for a list one for each. */
  readonly steps?: number
  /**
   * Whether numbers are brought to a mean of 0 and a deviation of 1; true. Those in lists are scaled all alike, as pixels must be, or
   * each of their columns by itself, as channels of several kinds: `'columns'`.
   */
  readonly scale?: boolean | 'columns'
  /** The column that says to which sequence a row, one step of it, belongs. Absent: each row is a sequence. */
  readonly sequence?: string
  /** The column by which the steps of a sequence are ordered; as they stand. */
  readonly time?: string
}

export const inputNames = [
  'token',
  'text',
  'units',
  'longest',
  'minCount',
  'vocabulary',
  'ignoreUnknown',
  'x',
  'steps',
  'scale',
  'sequence',
  'time',
] as const

interface Input {
  readonly input: InputCoding
  /** The rows of each sequence. */
  readonly rows: readonly Rows[]
  /** What was read, where answers show it again: the words of each. */
  readonly values?: readonly unknown[]
}

type Groups = readonly (readonly number[])[]

/** The sequences of a table, by a coding that is given or made of them. */
export function inputOf(
  records: Records,
  groups: Groups,
  options: InputOptions,
  known: InputCoding | undefined,
  owner: string,
): Input {
  const { token, text, x } = options
  if ([token, text, x].filter((given) => given !== undefined).length !== 1) {
    throw new UnrolledError(
      'option',
      `${owner}: one of text, the column of texts, x, the columns of numbers, and token, the column of words`,
    )
  }
  if (token !== undefined) return sentences(records, groups, token, options, known, owner)
  if (text !== undefined) return texts(records, groups, text, options, known, owner)
  const columns = [x!].flat()
  const lists = columns.length === 1 && isList(records.row(0)[columns[0]!])
  return lists
    ? listsIn(records, groups, columns[0]!, options, known, owner)
    : columnsIn(records, groups, columns, options, known, owner)
}

/** Sentences of words, which stand in rows of their own or in lists. */
function sentences(
  records: Records,
  groups: Groups,
  column: string,
  options: InputOptions,
  known: InputCoding | undefined,
  owner: string,
): Input {
  const cells = valuesIn(records, column, owner)
  const place = (i: number): string => `${owner}: ${records.place(groups[i]![0]!, column)}`
  const values = groups.map((group, i) => {
    const first = cells[group[0]!]
    if (isList(first)) return first
    // Without it every word would be a sentence by itself.
    if (options.sequence === undefined && typeof first === 'string') {
      throw new UnrolledError(
        'data',
        `${place(i)} is ${shown(first)}; it must be a list of words; of words one a row, sequence names the column that tells sentences apart`,
      )
    }
    return group.map((row) => cells[row])
  })
  const minCount = checkNumber(owner, 'minCount', options.minCount ?? 2, { from: 1, whole: true })
  const input = known ?? tokenCodingOf(values, minCount, place)
  return {
    input,
    rows: values.map((value, i) => input.rows(value, () => place(i))),
    values,
  }
}

function texts(
  records: Records,
  groups: Groups,
  column: string,
  options: InputOptions,
  known: InputCoding | undefined,
  owner: string,
): Input {
  if (groups.length !== records.rows)
    throw new UnrolledError('option', `${owner}: a text is a sequence by itself; sequence is for columns`)
  const values = valuesIn(records, column, owner)
  const place = (row: number): string => `${owner}: ${records.place(row, column)}`
  values.forEach((value, i) => {
    if (typeof value === 'string') return
    const found = value === undefined ? 'nothing stands there' : `it is ${shown(value)}`
    throw new UnrolledError('data', `${place(i)}: ${found}; a text is needed`)
  })
  const input = known ?? textCodingOf(values as string[], options, owner)
  return { input, rows: values.map((value, i) => input.rows(value, () => place(i))) }
}

function textCodingOf(strings: readonly string[], options: InputOptions, owner: string): InputCoding {
  const { units = usualUnits(strings), longest, ignoreUnknown = false } = options
  if (!isTextUnits(units)) throw wrongOption(owner, 'units', units, "'characters', 'words' or 'subwords'")
  const most = longest === undefined ? undefined : checkNumber(owner, 'longest', longest, { from: 1, whole: true })
  const cut = { ...cutBy(owner, options, units), ...((ignoreUnknown || units !== 'characters') && { unknown: true }) }
  return textCoding(buildVocabulary(strings, units, cut), most)
}

export const isList = (value: unknown): boolean =>
  Array.isArray(value) || ArrayBuffer.isView(value) || (typeof value === 'object' && value !== null && 'shape' in value)

/** Sequences that each stand in one column: rows of numbers, or flat lists. */
function listsIn(
  records: Records,
  groups: Groups,
  column: string,
  options: InputOptions,
  known: InputCoding | undefined,
  owner: string,
): Input {
  if (groups.length !== records.rows) {
    throw new UnrolledError('option', `${owner}: ${column} has whole sequences; sequence is for columns of numbers`)
  }
  const values = valuesIn(records, column, owner)
  const place = (row: number): string => `${owner}: ${records.place(row, column)}`
  values.forEach((value, i) => {
    if (!isList(value)) throw new UnrolledError('data', `${place(i)} is ${shown(value)}; it must be a list of numbers`)
  })
  const read = (input: InputCoding): Input => ({
    input,
    rows: values.map((value, i) => input.rows(value, () => place(i))),
  })
  if (known) return read(known)
  const { scale = true } = options
  if (typeof scale !== 'boolean' && scale !== 'columns')
    throw wrongOption(owner, 'scale', scale, "true, false or 'columns'")
  const shape = { name: column, ...stepsIn(values[0]!, options, owner) }
  const plain = read(listCoding({ ...shape, scaling: [{ mean: 0, deviation: 1 }] }))
  if (scale === false) return plain
  const all = joined(
    Float32Array,
    plain.rows.map((value) => (value as Tensor).data),
  )
  const { columns } = shape
  const scaling =
    scale === 'columns'
      ? Array.from({ length: columns }, (_, c) => scalingOf(columnOf(all, columns, c)))
      : [scalingOf(all)]
  return read(listCoding({ ...shape, scaling }))
}

/** How wide a step of the first list is, and into how many steps the numbers of all are cut. */
function stepsIn(first: unknown, { steps }: InputOptions, owner: string): { columns: number; steps?: number } {
  if (steps === undefined) {
    const { shape = [] } = first as { readonly shape?: readonly number[] }
    const nested = Array.isArray(first) && isList(first[0])
    return { columns: nested ? (first[0] as ArrayLike<number>).length : (shape[1] ?? 1) }
  }
  checkNumber(owner, 'steps', steps, { from: 1, whole: true })
  const { length } = numbersIn(first as Rows)
  if (length % steps === 0) return { columns: length / steps, steps }
  throw new UnrolledError('option', `${owner}: ${length} numbers cannot be cut into ${steps} steps of equal width`)
}

/** Every so many-th number: those of one column. */
const columnOf = (all: Float32Array, columns: number, column: number): Float32Array =>
  Float32Array.from({ length: all.length / columns }, (_, row) => all[row * columns + column]!)

/** Sequences whose steps are rows of the table; or one row each, cut into steps. */
function columnsIn(
  records: Records,
  groups: Groups,
  columns: readonly string[],
  options: InputOptions,
  known: InputCoding | undefined,
  owner: string,
): Input {
  const { sequence, steps } = options
  if (sequence !== undefined && steps !== undefined) {
    throw new UnrolledError('option', `${owner}: steps cuts a row into steps; with sequence each row is one step`)
  }
  const values = columns.map((column) => valuesIn(records, column, owner))
  const input =
    known ??
    vectorCoding(
      columns.map((name, i) => columnCoding(name, values[i]!, options)),
      steps,
    )
  const rows = groups.map((group) =>
    input.rows(
      group.map((row) => values.map((column) => column[row])),
      (step = 0) => `${owner}: ${records.place(group[step]!)}`,
    ),
  )
  return { input, rows }
}

/** Numbers are scaled, names become a column each. Where most are numbers, whatever else stands there is no name, but wrong. */
function columnCoding(name: string, values: readonly unknown[], options: InputOptions): ColumnCoding {
  const { scale = true, ignoreUnknown } = options
  const there = values.filter((value) => value !== undefined && value !== null && value !== '')
  const numbers = there.map(inNumbers).filter((value) => typeof value === 'number')
  if (2 * numbers.length > there.length) {
    return { name, ...(scale ? scalingOf(numbers.filter(Number.isFinite)) : { mean: 0, deviation: 1 }) }
  }
  const names = there.map(String)
  return { name, categories: [...new Set(names)].sort(), ...(ignoreUnknown && { ignoreUnknown }) }
}
