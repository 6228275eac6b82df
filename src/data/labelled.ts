import { UnrolledError } from '../error.ts'
import { checkNames, shown, wrongOption } from '../options.ts'
import { labelsIn, scalingOf, type InputCoding, type Labels, type Scaling } from './coding/index.ts'
import { grouped } from './grouped.ts'
import { inputOf, inputNames, type InputOptions } from './input-of.ts'
import { extentOf, type LabelledSequence } from './labelled-sequence.ts'
import { recordsOf, valuesIn, type Recorded, type Records } from './records.ts'
import { sequenceData, type Sequences } from './sequence-data.ts'

/** A column of numbers to be told, and how they are scaled. */
export interface Measure extends Scaling {
  /** The column in the data, by which it is told of in answers and reports. */
  readonly name: string
}

/** Which columns of a table are what. */
export interface ColumnRoles extends Pick<
  LabelledOptions,
  'token' | 'text' | 'x' | 'sequence' | 'time' | 'label' | 'labels' | 'target'
> {
  /** The column of what is to be written about a row. */
  readonly caption?: string
}

/** Sequences with what they are: a label, or several, or numbers to be told. */
export interface Labelled extends Sequences {
  /** How sequences become the rows of `x`: made of this data, or that of what it is read `like`. */
  readonly input: InputCoding
  /** Which columns it was read from, and as what. */
  readonly roles: ColumnRoles
  /** Absent where numbers are to be told. */
  readonly labels?: Labels
  /** Whether a sequence may have several of them, or none. */
  readonly several?: boolean
  /** Absent where it is labels. */
  readonly measures?: readonly Measure[]
}

/**
 * How `labelled` reads rows: the columns of a sequence, and those of what it is, of which there is one of `label`, `labels` and `target`.
 */
export interface LabelledOptions extends InputOptions {
  /** The column of what a sequence is. */
  readonly label?: string
  /** The column of the labels that a sequence has, any number of them: lists of names, or names with `,`, `;` or `|` between them. */
  readonly labels?: string
  /** What stands between the names in a text of labels; `,`, `;` or `|`. */
  readonly separator?: string
  /** The columns of numbers that are to be told of it. */
  readonly target?: string | readonly string[]
  /** Reads rows as a model does, or as other data is read: with its vocabulary, scaling and labels; those of this data. */
  readonly like?: Readings
}

/** How other data, or a model, reads what it is given. */
export interface Readings {
  /** How sequences become the rows of a model's input. */
  readonly input: InputCoding
  /** Which columns of a table are read, and as what. */
  readonly roles: ColumnRoles
  /** The labels that are told apart; absent where numbers are told. */
  readonly labels?: Labels
  /** The numbers that are told, with their scaling; absent where labels are. */
  readonly measures?: readonly Measure[]
}

const synonyms = {
  tags: 'labels',
  y: 'label',
  class: 'label',
  targets: 'target',
  columns: 'x',
  id: 'sequence',
  group: 'sequence',
}

/**
 * Makes a data set of a table, or of a list of objects: what each sequence is (`label`), which labels it has (`labels`), or
 * numbers to be told of it (`target`). A sequence is a text, a list of numbers in one column, the columns of a row, or the rows that have the same `sequence`.
 *
 * @throws UnrolledError `data` with row and column for what cannot be read, `option` for wrong options.
 */
export function labelled(
  given: Recorded,
  options: LabelledOptions & { readonly label: string },
): Labelled & { readonly labels: Labels; readonly several?: never }
/** The same where a sequence has any number of labels: a target has a column for each, 1 where the sequence has it, else 0. */
export function labelled(
  given: Recorded,
  options: LabelledOptions & { readonly labels: string },
): Labelled & { readonly labels: Labels; readonly several: true }
/** The same where numbers are told of a sequence: a target has a column for each, brought to a mean of 0 and a deviation of 1. */
export function labelled(
  given: Recorded,
  options: LabelledOptions & { readonly target: string | readonly string[] },
): Labelled & { readonly measures: readonly Measure[] }
/** The same where types do not say which of the three it is: `labels`, `several` and `measures` of what it gives tell. */
export function labelled(given: Recorded, options: LabelledOptions): Labelled
export function labelled(given: Recorded, options: LabelledOptions): Labelled {
  const owner = 'labelled'
  checkNames(owner, options, [...inputNames, 'label', 'labels', 'separator', 'target', 'like'], synonyms)
  const { like } = options
  const roles = rolesOf({ ...like?.roles, ...options })
  const { label, labels, target } = roles
  if ([label, labels, target].filter((given) => given !== undefined).length !== 1) {
    throw new UnrolledError(
      'option',
      `${owner}: one of label, the column of what a sequence is, labels, that of the several it has, and target, those of numbers to be told`,
    )
  }
  const { separator } = options
  if (separator !== undefined && (labels === undefined || typeof separator !== 'string' || separator === '')) {
    throw wrongOption(owner, 'separator', separator, 'the sign between the names of labels')
  }
  const records = recordsOf(given, owner)
  const groups = grouped(records, roles, owner)
  const { input, rows } = inputOf(records, groups, { ...options, ...roles }, like?.input, owner)
  const answers =
    label !== undefined
      ? named(records, groups, label, like?.labels)
      : labels !== undefined
        ? namedOften(records, groups, labels, like?.labels, separator)
        : measured(records, groups, [target!].flat(), like?.measures)
  const items = rows.map((x, i): LabelledSequence => ({ x, target: answers.targets[i]!, row: groups[i]![0]! }))
  const facts = {
    items,
    units: 'steps',
    columns: input.port.columns,
    targetColumns: answers.targets[0]!.length,
    targets: 'whole sequence' as const,
    ...extentOf(items),
    alike: true,
    input,
    roles,
    ...(answers.labels && {
      labels: answers.labels,
      ...(labels === undefined ? { classes: true } : { several: true }),
    }),
    ...(answers.measures && { measures: answers.measures }),
  }
  return sequenceData(facts, { x: input.port })
}

const roleNames = ['token', 'text', 'x', 'sequence', 'time', 'label', 'labels', 'target', 'caption'] as const

export const rolesOf = (options: ColumnRoles): ColumnRoles =>
  Object.fromEntries(roleNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])))

/** The roles in the entry of a model's file. */
export function rolesFrom(content: unknown): ColumnRoles {
  if (typeof content !== 'object' || content === null) throw new Error('they are no object')
  for (const [role, columns] of Object.entries(content)) {
    const right = [columns].flat().every((one) => typeof one === 'string')
    if (!(roleNames as readonly string[]).includes(role) || !right) throw new Error(`${role} is no role of columns`)
  }
  return rolesOf(content)
}

interface Answers {
  readonly targets: readonly Float32Array[]
  readonly labels?: Labels
  readonly measures?: readonly Measure[]
}

/** What each sequence is called; all its rows must say the same. */
function named(records: Records, groups: readonly (readonly number[])[], column: string, known?: Labels): Answers {
  const values = valuesIn(records, column, 'labelled')
  const place = (row: number): string => `labelled: ${records.place(row, column)}`
  checkAlike(groups, values, place)
  const labels = known ?? labelsIn(values, place)
  return { labels, targets: groups.map(([row]) => Float32Array.of(labels.number(values[row!], place(row!)))) }
}

/** Which labels each sequence has: 1 in the column of each. */
function namedOften(
  records: Records,
  groups: readonly (readonly number[])[],
  column: string,
  known?: Labels,
  separator: string | RegExp = /[,;|]/,
): Answers {
  const values = valuesIn(records, column, 'labelled')
  const place = (row: number): string => `labelled: ${records.place(row, column)}`
  checkAlike(groups, values, place)
  const lists = groups.map(([row]) => namesIn(values[row!], separator, place(row!)))
  const all = lists.flatMap((names, i) => names.map((name) => ({ name, row: groups[i]![0]! })))
  if (!known && all.length === 0) {
    throw new UnrolledError('data', `labelled: no row has a label in column ${column}; there must be two to tell apart`)
  }
  const labels =
    known ??
    labelsIn(
      all.map(({ name }) => name),
      (i) => place(all[i]!.row),
    )
  const targets = lists.map((names, i) => {
    const target = new Float32Array(labels.names.length)
    for (const name of names) target[labels.number(name, place(groups[i]![0]!))] = 1
    return target
  })
  return { labels, targets }
}

/** The names in a cell. */
function namesIn(value: unknown, separator: string | RegExp, place: string): readonly unknown[] {
  if (value === undefined || value === null || value === '') return []
  if (Array.isArray(value)) return value
  if (typeof value !== 'string')
    throw new UnrolledError(
      'data',
      `${place} is ${shown(value)}; it must be a list of labels, or names with ; between them`,
    )
  return value
    .split(separator)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function measured(
  records: Records,
  groups: readonly (readonly number[])[],
  columns: readonly string[],
  known?: readonly Measure[],
): Answers {
  const values = columns.map((column) => {
    const all = valuesIn(records, column, 'labelled')
    const place = (row: number): string => `labelled: ${records.place(row, column)}`
    checkAlike(groups, all, place)
    return groups.map(([row]) => {
      const value = all[row!]
      if (typeof value === 'number' && Number.isFinite(value)) return value
      throw new UnrolledError('data', `${place(row!)} is ${shown(value)}; it must be a number`)
    })
  })
  const measures = known ?? columns.map((name, i) => ({ name, ...scalingOf(values[i]!) }))
  if (measures.length !== columns.length) {
    throw new UnrolledError(
      'data',
      `labelled: ${columns.length} targets; the model tells ${measures.map(({ name }) => name).join(', ')}`,
    )
  }
  const scaled = (row: number): Float32Array =>
    Float32Array.from(measures, ({ mean, deviation }, i) => (values[i]![row]! - mean) / deviation)
  return { measures, targets: groups.map((_, i) => scaled(i)) }
}

/** Whether two values are the same, lists by what they hold. */
const isSame = (one: unknown, other: unknown): boolean =>
  one === other ||
  (Array.isArray(one) &&
    Array.isArray(other) &&
    one.length === other.length &&
    one.every((name, i) => name === other[i]))

/** What is said of a sequence is the same in all its rows. */
export function checkAlike(
  groups: readonly (readonly number[])[],
  values: readonly unknown[],
  place: (row: number) => string,
): void {
  for (const [first, ...rest] of groups) {
    const other = rest.find((row) => !isSame(values[row], values[first!]))
    if (other === undefined) continue
    throw new UnrolledError(
      'data',
      `${place(other)} is ${shown(values[other])}, but ${shown(values[first!])} earlier in the same sequence; one of each is needed, tagged(…) takes one a step`,
    )
  }
}
