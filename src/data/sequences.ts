import { UnrolledError } from '../error.ts'
import { shown } from '../options.ts'
import { checkRows } from './check-rows.ts'
import type { LabelledSequence } from './labelled-sequence.ts'
import { columnsOf, isNested, isTensor, stepsOf } from './rows.ts'
import { sequenceData, type Sequences } from './sequence-data.ts'

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
    const { count, columns, nested, targets, source } = i === 0 ? first : readItem(items[i] as LabelledSequence, i)
    if (source !== first.source) {
      const [here, there] = [source, first.source].map((columns) =>
        columns === 0 ? 'no source' : `a source of ${columns} columns`,
      )
      throw wrong(i, `has ${here}, the first ${there}`)
    }
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
  return sequenceData({
    items,
    units: 'steps',
    columns: first.columns,
    targetColumns,
    targets,
    longest,
    steps,
    ...(first.source > 0 && { source: { columns: first.source } }),
  })
}

/** What stands in one sequence; `targets` are columns where they are nested, else numbers. */
interface Reading {
  readonly count: number
  readonly columns: number
  readonly nested: boolean
  readonly targets: number
  /** Columns of the second sequence, 0 where there is none. */
  readonly source: number
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
  const { x, target, source } = item
  const fail = (what: string): UnrolledError => wrong(index, what)
  const place = `sequences: sequence ${index}`
  checkRows(x, 'x', place, fail)
  checkRows(target, 'target', place, fail)
  if (source !== undefined) checkRows(source, 'source', place, fail)
  const count = stepsOf(x)
  const nested = isNested(target) || (isTensor(target) && target.shape.length === 2)
  const given = stepsOf(target)
  if (nested && given !== count) throw wrong(index, `has ${count} steps but ${given} targets`)
  return {
    count,
    columns: columnsOf(x),
    nested,
    targets: nested ? columnsOf(target) : given,
    source: source === undefined ? 0 : columnsOf(source),
  }
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
