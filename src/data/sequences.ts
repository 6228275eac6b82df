import { UnrolledError } from '../error.ts'
import { shown } from '../options.ts'
import { checkTensor, isFloats } from '../tensor.ts'
import { columnsOf, firstWrong, isNested, isTensor, stepsOf, valueAt, type Rows } from './rows.ts'

/** A sequence of vectors and what is to be learnt of it: something for each step, or for the whole. */
export interface LabelledSequence {
  /** `[steps][columns]` as arrays or a tensor; a flat list is one number a step. Typed arrays are read where they lie. */
  readonly x: Rows
  /**
   * `[steps][columns]`; or a flat list: `[columns]` for the whole sequence, which then hold for each step that counts, or where the
   * model wants one number, as many as there are steps.
   */
  readonly target: Rows
}

/** Separate sequences as data. */
export interface Sequences {
  readonly kind: 'sequences'
  readonly items: readonly LabelledSequence[]
  /** What progress counts: `steps`, or of lines their symbols. */
  readonly units: string
  /** Columns of x and of a target. */
  readonly columns: number
  readonly targetColumns: number
  /** What a target is for; `either` where flat lists are as long as the sequences, and a model's output tells. */
  readonly targets: Targets
  /** Steps of the longest sequence, and of all together. */
  readonly longest: number
  readonly steps: number
}

export type Targets = 'each step' | 'whole sequence' | 'either'

/**
 * Makes a data set of labelled sequences. Columns must agree, each sequence has at least one step, and every number is one that
 * float32 holds; what does not fit is an error with code `data` that says where.
 */
export function sequences(items: readonly LabelledSequence[]): Sequences {
  if (!Array.isArray(items)) {
    throw new UnrolledError('data', `sequences: a list of { x, target } is needed, not ${shown(items)}`)
  }
  if (items.length === 0) throw new UnrolledError('data', 'sequences: there is no sequence')
  let longest = 0
  let steps = 0
  const first = readItem(items[0]!, 0)
  // Flat targets are for each step where all are as long as their sequences, for the whole where all have as many numbers.
  let long = true
  let alike = true
  for (let i = 0; i < items.length; i++) {
    const { count, columns, nested, targets } = i === 0 ? first : readItem(items[i] as LabelledSequence, i)
    if (columns !== first.columns) throw wrong(i, `has ${columns} columns of x, the first ${first.columns}`)
    if (nested !== first.nested) {
      const [here, there] = [nested, first.nested].map((each) => (each ? 'for each step' : 'as one flat list'))
      throw wrong(i, `has targets ${here}, the first ${there}`)
    }
    long &&= targets === count
    alike &&= targets === first.targets
    if (nested ? !alike : !alike && !long) {
      throw wrong(
        i,
        `has ${targets} ${nested ? 'columns of targets' : 'numbers as target'}, the first ${first.targets}`,
      )
    }
    longest = Math.max(longest, count)
    steps += count
  }
  const targets = first.nested ? 'each step' : !alike ? 'each step' : long && longest > 1 ? 'either' : 'whole sequence'
  const targetColumns = alike ? first.targets : 1
  return { kind: 'sequences', items, units: 'steps', columns: first.columns, targetColumns, targets, longest, steps }
}

/** The same data with some of its sequences. */
export function withItems(data: Sequences, items: readonly LabelledSequence[]): Sequences {
  let longest = 0
  let steps = 0
  for (const { x } of items) {
    const count = stepsOf(x)
    longest = Math.max(longest, count)
    steps += count
  }
  return { ...data, items, longest, steps }
}

/** What stands in one sequence; `targets` are columns where they are nested, else numbers. */
interface Reading {
  readonly count: number
  readonly columns: number
  readonly nested: boolean
  readonly targets: number
}

function readItem(item: LabelledSequence, index: number): Reading {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw wrong(index, `is ${shown(item)}; it must be { x, target }`)
  }
  for (const name of ['x', 'target'] as const) {
    if (item[name] !== undefined) continue
    const meant = Object.keys(item).find((key) => Object.hasOwn(synonyms, key) && synonyms[key] === name)
    throw wrong(
      index,
      `has no ${name}${meant === undefined ? '' : `; what it has as ${meant} is called ${name}: ${meant} → ${name}`}`,
    )
  }
  const { x, target } = item
  checkRows(x, index, 'x')
  checkRows(target, index, 'target')
  const count = stepsOf(x)
  const nested = isNested(target) || (isTensor(target) && target.shape.length === 2)
  const given = stepsOf(target)
  if (nested && given !== count) throw wrong(index, `has ${count} steps but ${given} targets`)
  return { count, columns: columnsOf(x), nested, targets: nested ? columnsOf(target) : given }
}

function checkRows(rows: Rows, index: number, what: 'x' | 'target'): void {
  const place = `sequence ${index}: ${what}`
  if (typeof rows !== 'object' || rows === null)
    throw wrong(index, `has ${what} ${shown(rows)}; it must be numbers by step`)
  if (isTensor(rows) && Array.isArray(rows.shape)) {
    checkTensor(`sequences: ${place}`, rows, rows.shape)
    if (rows.shape.length !== 1 && rows.shape.length !== 2) {
      throw wrong(index, `has ${what} of shape [${rows.shape.join(', ')}]; it must be [steps, columns] or [steps]`)
    }
  } else if (!Array.isArray(rows) && !isFloats(rows)) {
    throw wrong(index, `has ${what} ${shown(rows)}; it must be numbers by step, in arrays, a tensor, or typed floats`)
  }
  if (stepsOf(rows) === 0) throw wrong(index, what === 'x' ? 'has no step' : 'has no target')
  const columns = columnsOf(rows)
  if (columns === 0) throw wrong(index, `has ${what} without columns`)
  if (isNested(rows)) {
    const odd = rows.findIndex((row) => typeof row !== 'object' || row === null || row.length !== columns)
    if (odd >= 0) {
      const found = rows[odd]?.length === undefined ? shown(rows[odd]) : `${rows[odd].length} columns`
      throw wrong(index, `has at step ${odd} of ${what} ${found}; step 0 has ${columns} columns`)
    }
  }
  const at = firstWrong(rows)
  if (!at) return
  const value = valueAt(rows, at)
  const kind =
    typeof value !== 'number'
      ? `of type ${typeof value}`
      : Number.isFinite(value)
        ? 'more than float32 holds'
        : 'no finite number'
  throw wrong(
    index,
    `has ${shown(value)}, ${kind}, at step ${at.step}, column ${at.column} of ${what}; a number belongs there`,
  )
}

const wrong = (index: number, what: string): UnrolledError =>
  new UnrolledError('data', `sequences: sequence ${index} ${what}`)

/** What others call them. */
const synonyms: Readonly<Record<string, string>> = {
  y: 'target',
  targets: 'target',
  label: 'target',
  labels: 'target',
  output: 'target',
  input: 'x',
  inputs: 'x',
  data: 'x',
  features: 'x',
}
