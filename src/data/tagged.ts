import { UnrolledError } from '../error.ts'
import { checkNames } from '../options.ts'
import { labelsIn, type Labels } from './coding/index.ts'
import { grouped } from './grouped.ts'
import { inputNames, inputOf, isList } from './input-of.ts'
import { rolesOf, type Labelled, type LabelledOptions, type Readings } from './labelled.ts'
import { extentOf, type LabelledSequence } from './labelled-sequence.ts'
import { recordsOf, valuesIn, type Recorded } from './records.ts'
import { stepsOf } from './rows.ts'
import { sequenceData } from './sequence-data.ts'

/** Sequences with a label for each step. */
export interface Tagged extends Labelled {
  /** The labels that a step may have. */
  readonly labels: Labels
}

/** How `tagged` reads rows: the columns of a step, or lists of steps, and that of their labels. */
export interface TaggedOptions extends Omit<LabelledOptions, 'target' | 'text' | 'like'> {
  /** Reads rows as a tagger does, or as other data is read: with its words, scaling and labels; those of this data. */
  readonly like?: Readings
}

const synonyms = {
  tokens: 'token',
  word: 'token',
  words: 'token',
  labels: 'label',
  tag: 'label',
  tags: 'label',
  id: 'sequence',
}

/**
 * Makes a data set of a table, or of a list of objects, in which every step has a label: words that stand one a row and are put
 * together by `sequence`, or in lists beside lists of labels; or rows of numbers (`x`).
 *
 * @throws UnrolledError `data` with row and column for what cannot be read, `option` for wrong options.
 */
export function tagged(given: Recorded, options: TaggedOptions): Tagged {
  const owner = 'tagged'
  checkNames(owner, options, [...inputNames.filter((name) => name !== 'text'), 'label', 'like'], synonyms)
  const { like } = options
  const roles = rolesOf({ ...like?.roles, ...options })
  const { label } = roles
  if (label === undefined) throw new UnrolledError('option', `${owner}: label is the column of what each step is`)
  const records = recordsOf(given, owner)
  const groups = grouped(records, roles, owner)
  const { input, rows } = inputOf(records, groups, { ...options, ...roles }, like?.input, owner)
  const cells = valuesIn(records, label, owner)
  const place = (row: number): string => `${owner}: ${records.place(row, label)}`
  const lists = groups.map((group) =>
    isList(cells[group[0]!]) ? (cells[group[0]!] as unknown[]) : group.map((row) => cells[row]),
  )
  lists.forEach((list, i) => {
    const steps = stepsOf(rows[i]!)
    if (list.length !== steps)
      throw new UnrolledError('data', `${place(groups[i]![0]!)}: ${list.length} labels for ${steps} steps`)
  })
  const rowOf = groups.flatMap((group, i) => lists[i]!.map((_, step) => group[step] ?? group[0]!))
  const labels = like?.labels ?? labelsIn(lists.flat(), (i) => place(rowOf[i]!))
  const items = rows.map((x, i): LabelledSequence => ({
    x,
    row: groups[i]![0]!,
    target: Float32Array.from(lists[i]!, (one, step) => labels.number(one, place(groups[i]![step] ?? groups[i]![0]!))),
  }))
  const facts = {
    items,
    units: roles.token === undefined ? 'steps' : 'words',
    columns: input.port.columns,
    targetColumns: 1,
    targets: 'each step' as const,
    ...extentOf(items),
    alike: true,
    input,
    roles,
    labels,
  }
  return sequenceData(facts, { x: input.port })
}
