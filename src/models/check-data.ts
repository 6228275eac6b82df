import {
  firstWrong,
  sameVocabulary,
  valueAt,
  type Lines,
  type Rows,
  type Sequences,
  type Text,
  type ValueRange,
} from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { LanguageModel } from './language-model.ts'
import { mainOf } from '../layers/index.ts'
import { outputOf, type Model } from './model.ts'
import { answersOnce, rangeOf } from './target.ts'

/**
 * Holds data against a model before anything is computed: kind, columns, the range of symbols and targets, the steps that targets
 * are for, the very vocabulary. Gives the data as the model reads it. `owner` is what errors begin with; those of data have code
 * `data`, and say where what stands and what would fit.
 */
export function checkData<Data extends Text | Sequences>(model: Model, data: Data, owner: string): Data {
  checkModel(model, owner)
  const kind = kindOf(data)
  if (kind === undefined) throw new UnrolledError('data', `${owner}: ${notData(data)}`)
  const fail: Fail = (what) => new UnrolledError('data', `${owner}: ${what}`)
  if ('vocabulary' in data) checkSymbols(model, data as Text | Lines, fail)
  return kind === 'text' ? data : (checkSequences(model, data as Sequences, fail) as Data)
}

/** Says what was found in the place of a model. */
export function checkModel(model: Model, owner: string): void {
  if (typeof model?.layer?.build === 'function' && typeof model.loss?.build === 'function') return
  const swapped = kindOf(model) !== undefined ? '; the data comes second' : ''
  const promised = (model as unknown) instanceof Promise ? '; it is a promise: await it' : ''
  throw new UnrolledError('option', `${owner}: the first argument must be a model${swapped}${promised}`)
}

function kindOf(data: unknown): 'text' | 'sequences' | undefined {
  const { kind } = (data ?? {}) as { kind?: unknown }
  return kind === 'text' || kind === 'sequences' ? kind : undefined
}

/** Says how what was given becomes data. */
function notData(given: unknown): string {
  if (typeof given === 'string') return 'the data is a string; make it data with text(string)'
  if (Array.isArray(given)) return 'the data is an array; make it data with sequences([{ x, target }, …])'
  if (given instanceof Promise) return 'the data is a promise; await it'
  if (typeof (given as Partial<Model> | undefined)?.layer === 'object')
    return 'the data is a model; the model comes first'
  return `the data is ${given === null ? 'null' : `of type ${typeof given}`}; text(…), lines(…) and sequences(…) make data`
}

type Fail = (what: string) => UnrolledError

function checkSymbols(model: Model, { vocabulary }: Text | Lines, fail: Fail): void {
  const { inputs, targets: ports } = model
  const [, x] = mainOf(inputs, 'x')
  const { vocabulary: own } = model as Partial<LanguageModel>
  const { size } = vocabulary
  if (x.symbols === undefined) {
    const first = `embedding({ symbols: ${size}, … })`
    throw fail(`a text is symbols, but the model takes vectors of ${x.columns} columns; let ${first} come first`)
  }
  if (answersOnce(model)) {
    throw fail(
      'a text has a next symbol for each step, but the model makes one row of all steps: leave out what pools them',
    )
  }
  if (own && !sameVocabulary(own, vocabulary)) {
    const sizes = `of ${size} ${vocabulary.units}, not the ${own.size} ${own.units} of the model`
    const other = firstOther(own.symbols, vocabulary.symbols)
    throw fail(`the text has another vocabulary, ${sizes}${other}: make it with { vocabulary: model.vocabulary }`)
  }
  if (size > x.symbols) throw fail(`the text has ${size} symbols, the model's embedding ${x.symbols}`)
  const { symbols: classes } = ports.targets
  if (classes === undefined) {
    throw fail(`a text's targets are numbers of symbols, which ${model.loss.name} does not take; crossEntropy() does`)
  }
  if (size > classes) throw fail(`the text has ${size} symbols, the model's output ${classes} columns`)
}

function firstOther(own: readonly string[], given: readonly string[]): string {
  const at = own.findIndex((symbol, id) => symbol !== given[id])
  if (at < 0 || given[at] === undefined) return ''
  return `; symbol ${at} is ${JSON.stringify(given[at])}, of the model ${JSON.stringify(own[at])}`
}

function checkSequences(model: Model, data: Sequences, fail: Fail): Sequences {
  const { loss, targets: ports } = model
  const [, input] = mainOf(model.inputs, 'x')
  if (data.columns !== input.columns) {
    const wanted = input.symbols === undefined ? `${input.columns} columns` : 'the number of a symbol, one column'
    throw fail(`x has ${data.columns} columns a step; the model takes ${wanted}`)
  }
  if (input.symbols !== undefined) {
    const symbols = { from: 0, to: input.symbols - 1, whole: true }
    eachValue(data, 'x', symbols, (value, place) =>
      fail(`${place} of x is ${value}; the model has ${input.symbols} symbols, numbered from 0 to ${symbols.to}`),
    )
  }
  const { columns } = ports.targets
  const range = rangeOf(ports.targets)
  const fitting = fitTargets(model, data, columns, fail)
  if (range) {
    const { from, to, whole, except } = range
    const within = whole ? `a whole number from ${from} to ${to}` : `from ${from} to ${to}`
    const right = except === undefined ? within : `${within}, or ${except}`
    const output = `${loss.name} on an output of ${outputOf(model.layer).columns} columns`
    eachValue(fitting, 'target', range, (value, place) =>
      fail(`${place} of target is ${value}; for ${output} it must be ${right}`),
    )
  }
  return fitting
}

const asWhole = { targets: 'whole sequence' } as const
const asSteps = { targets: 'each step', targetColumns: 1 } as const

/** Reads targets as the model's output wants them. */
function fitTargets(model: Model, data: Sequences, columns: number, fail: Fail): Sequences {
  const { loss } = model
  const output = outputOf(model.layer).columns
  const { targets: kind, targetColumns } = data
  const whole = kind === 'either' && targetColumns === columns
  const fitting: Sequences = kind === 'either' ? { ...data, ...(whole ? asWhole : asSteps) } : data
  if (fitting.targetColumns !== columns) {
    const oneHot = columns === 1 && targetColumns === output
    const advice = oneHot ? '; of a one-hot target, give the number of the class: [2] for [0, 0, 1]' : ''
    const takes = `${loss.name} on an output of ${output} columns takes ${columns}`
    throw fail(`targets have ${targetColumns} columns; ${takes}${advice}`)
  }
  if (fitting.targets === 'each step' && answersOnce(model) && data.longest > 1) {
    throw fail(
      'there is a target for each step, but the model makes one row of all steps: give one for the whole sequence',
    )
  }
  return fitting
}

/** Throws what `wrong` makes of the first value that is not within the range. */
function eachValue(
  { items }: Sequences,
  part: 'x' | 'target',
  range: ValueRange,
  wrong: (value: unknown, place: string) => UnrolledError,
): void {
  for (let i = 0; i < items.length; i++) {
    const rows: Rows = items[i]![part]
    const at = firstWrong(rows, range)
    if (at) throw wrong(valueAt(rows, at), `sequence ${i}, step ${at.step}, column ${at.column}`)
  }
}
