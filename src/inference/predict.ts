import { checkRows, columnsOf, copyRow, firstWrong, stepsOf, valueAt, type Row, type Rows } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { mainOf, type Port } from '../layers/index.ts'
import { answersOnce, checkModel, outputOf, type Decoded, type Loss, type Model } from '../models/index.ts'
import { checkNames } from '../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../runtime/index.ts'
import { tensor, type Tensor } from '../tensor.ts'
import { forward } from './forward.ts'

/** What a model says of a sequence. */
export interface Prediction extends Decoded {
  /** Of a model that answers at every step: what it says at each, the last of which is what it says of the whole. */
  readonly steps?: readonly Decoded[]
}

/** Sequences that are run side by side. */
const together = 32

/**
 * What a model says of one sequence: `[steps][columns]`, a tensor `[steps, columns]`, or where a step is one number or one symbol a
 * flat list; or of many, each as it would be alone: a list of nested lists or of tensors. What is said depends on the loss:
 * crossEntropy gives `label` and `probabilities`, binaryCrossEntropy `probabilities`, others `values`.
 *
 * @throws UnrolledError `data` for what does not fit the model, with sequence, step and column; `option` for wrong options.
 */
export async function predict(
  model: Model,
  x: readonly (Tensor | readonly Row[])[],
  options?: EngineOptions,
): Promise<Prediction[]>
export async function predict(model: Model, x: Rows, options?: EngineOptions): Promise<Prediction>
export async function predict(
  model: Model,
  x: Rows | readonly (Tensor | readonly Row[])[],
  options: EngineOptions = {},
): Promise<Prediction | Prediction[]> {
  checkModel(model, 'predict')
  checkNames('predict', options, engineNames)
  const many = isMany(x)
  const all = many ? x : [x]
  if (all.length === 0) throw new UnrolledError('data', 'predict: there is no sequence')
  all.forEach((rows, i) => checkSequence(model, rows, many ? `predict: sequence ${i}` : 'predict: the sequence'))
  const found: Prediction[] = []
  for (let from = 0; from < all.length; from += together) {
    found.push(...(await run(model, all.slice(from, from + together), options)))
  }
  return many ? found : found[0]!
}

/** A list of sequences, which are lists of rows or tensors; else it is one sequence. */
function isMany(x: Rows | readonly (Tensor | readonly Row[])[]): x is readonly (Tensor | readonly Row[])[] {
  if (!Array.isArray(x)) return false
  const [first] = x as readonly unknown[]
  if (x.length === 0) return true
  if (typeof first !== 'object' || first === null || ArrayBuffer.isView(first)) return false
  return !Array.isArray(first) || typeof first[0] === 'object'
}

/** The one input of a model. */
const inputOf = ({ inputs }: Model): Port => mainOf(inputs, 'x')[1]

function checkSequence(model: Model, rows: Rows, place: string): void {
  const fail = (what: string): UnrolledError => new UnrolledError('data', `${place} ${what}`)
  checkRows(rows, 'x', place, fail)
  const { columns, symbols } = inputOf(model)
  if (columnsOf(rows) !== columns) throw fail(`has x of ${columnsOf(rows)} columns; the model takes ${columns}`)
  if (symbols === undefined) return
  const at = firstWrong(rows, { from: 0, to: symbols - 1, whole: true })
  if (!at) return
  throw fail(
    `has ${String(valueAt(rows, at))} at step ${at.step}, column ${at.column} of x; ` +
      `the model has ${symbols} symbols, numbered from 0 to ${symbols - 1}`,
  )
}

/** What the model says of some sequences side by side. */
async function run(model: Model, some: readonly Rows[], options: EngineOptions): Promise<Prediction[]> {
  const { layer, parameters, loss } = model
  const { columns: wide } = inputOf(model)
  const lengths = some.map(stepsOf)
  const time = Math.max(...lengths)
  const x = new Float32Array(time * some.length * wide)
  some.forEach((rows, b) => {
    for (let t = 0; t < lengths[b]!; t++) copyRow(rows, t, wide, x, (t * some.length + b) * wide)
  })
  const given = { parameters, x: tensor(x, [time, some.length, wide]) }
  const uneven = lengths.some((length) => length !== time)
  const { output } = await forward(layer, { ...given, ...(uneven && { lengths }) }, engineOf(options))
  const { columns } = outputOf(layer)
  const decode = (row: Row): Decoded => loss.decode?.(row) ?? plainly(loss, row)
  const at = (t: number, b: number): Decoded => {
    const row = t * some.length + b
    return decode(output.data.subarray(row * columns, (row + 1) * columns))
  }
  return lengths.map((length, b) => {
    if (answersOnce(model)) return at(0, b)
    const steps = Array.from({ length }, (_, t) => at(t, b))
    return { ...steps.at(-1), steps }
  })
}

/** What a row says by a loss that says nothing of it: probabilities where it means such, else its values. */
function plainly(loss: Loss, row: Row): Decoded {
  if (!loss.probabilities) return { values: [...row] }
  const probabilities = new Float64Array(row.length)
  loss.probabilities(row, 0, row.length, probabilities)
  return { probabilities: [...probabilities] }
}
