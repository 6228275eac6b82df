import {
  checkRows,
  columnsOf,
  copyRow,
  firstWrong,
  sequencesIn,
  stepsOf,
  valueAt,
  type Recorded,
  type Row,
  type Rows,
} from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { mainOf, type Port } from '../layers/index.ts'
import {
  checkModel,
  isSpeaking,
  lossParameters,
  outputOf,
  type Decoded,
  type Labelling,
  type Loss,
  type Model,
  type Speaking,
} from '../models/index.ts'
import { checkNames } from '../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../runtime/index.ts'
import { tensor, type Tensor } from '../tensor.ts'
import { forward } from './forward.ts'

/** What a model says of a sequence. */
export interface Prediction extends Decoded, Partial<Labelling> {
  /** Of a model that answers at every step: what it says at each, the last of which is what it says of the whole. */
  readonly steps?: readonly Decoded[]
}

/** Sequences that are run side by side. */
const together = 32

/**
 * What a model says of what it was made for: a classifier of labelled texts is given a string and says `{ label, probability,
 * probabilities }`, a regressor `{ values }` by name; of a list, what it says of each.
 *
 * A network is given one sequence: `[steps][columns]`, a tensor `[steps, columns]`, or where a step is one number or one symbol a
 * flat list; or of many, each as it would be alone: a list of nested lists or of tensors. What is said depends on the loss:
 * crossEntropy gives `label` and `probabilities`, binaryCrossEntropy `probabilities`, linearChain `labels` and `logProbability` of
 * the whole too, ctc these alone, others `values`.
 *
 * @throws UnrolledError `data` for what does not fit the model, with sequence, step and column; `option` for wrong options.
 */
export async function predict<Said>(
  model: Speaking<Said>,
  x: readonly string[] | readonly Tensor[] | Recorded,
  options?: EngineOptions,
): Promise<Said[]>
export async function predict<Said>(
  model: Speaking<Said>,
  x: string | Tensor | Readonly<Record<string, unknown>>,
  options?: EngineOptions,
): Promise<Said>
export async function predict<Said>(
  model: Speaking<Said>,
  x: Rows | readonly Rows[],
  options?: EngineOptions,
): Promise<Said | Said[]>
export async function predict(
  model: Model,
  x: readonly (Tensor | readonly Row[])[],
  options?: EngineOptions,
): Promise<Prediction[]>
export async function predict(model: Model, x: Rows, options?: EngineOptions): Promise<Prediction>
export async function predict(model: Model, x: unknown, options: EngineOptions = {}): Promise<unknown> {
  checkModel(model, 'predict')
  checkNames('predict', options, engineNames)
  const { sequences, one } = isSpeaking(model) ? spoken(model, x) : plain(model, x as Rows)
  if (sequences.length === 0) throw new UnrolledError('data', 'predict: there is no sequence')
  const found: unknown[] = []
  for (let from = 0; from < sequences.length; from += together) {
    found.push(...(await run(model, sequences.slice(from, from + together), options)))
  }
  return one ? found[0] : found
}

/** What is to be predicted of. */
interface Asked {
  readonly sequences: readonly Rows[]
  /** Whether it is one sequence, not a list of one. */
  readonly one: boolean
}

/** What people have, as the model reads it. */
function spoken(model: Speaking<object>, x: unknown): Asked {
  // Of tables and objects the model knows which columns it reads.
  if (isRecord(x) && typeof x['row'] !== 'function') return { sequences: sequencesIn([x], model, 'predict'), one: true }
  if (isRecord(x) || (Array.isArray(x) && isRecord(x[0]))) {
    return { sequences: sequencesIn(x as Recorded, model, 'predict'), one: false }
  }
  const one = !Array.isArray(x) || model.input.isOne(x)
  const place = (i: number) => (step?: number) =>
    `predict: ${one ? 'the sequence' : `sequence ${i}`}${step === undefined ? '' : `, step ${step}`}`
  const list = one ? [x] : (x as readonly unknown[])
  return { sequences: list.map((value, i) => model.input.rows(value, place(i))), one }
}

/** An object with values by name, not a list or a tensor. */
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !('shape' in value)

/** Rows of numbers, which are held against the model. */
function plain(model: Model, x: Rows | readonly (Tensor | readonly Row[])[]): Asked {
  const many = isMany(x)
  const sequences = many ? x : [x]
  sequences.forEach((rows, i) => checkSequence(model, rows, many ? `predict: sequence ${i}` : 'predict: the sequence'))
  return { sequences, one: !many }
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
async function run(model: Model, some: readonly Rows[], options: EngineOptions): Promise<object[]> {
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
  const { columns, axes } = outputOf(layer)
  const decode = (row: Row): object => (isSpeaking(model) ? model.say(row) : (loss.decode?.(row) ?? plainly(loss, row)))
  const row = (t: number, b: number): Row => {
    const at = (t * some.length + b) * columns
    return output.data.subarray(at, at + columns)
  }
  if (loss.decodeSequence && !isSpeaking(model)) {
    const own = lossParameters(model)
    const rowsOf = (b: number): Row[] => Array.from({ length: lengths[b]! }, (_, t) => row(t, b))
    return Promise.all(
      lengths.map(async (_, b) => {
        const { labellings, steps } = await loss.decodeSequence!(rowsOf(b), own)
        return { ...steps?.at(-1), ...labellings[0], ...(steps && { steps }) }
      }),
    )
  }
  return lengths.map((length, b) => {
    if (!axes.includes('time')) return decode(row(0, b))
    const steps = Array.from({ length }, (_, t) => decode(row(t, b)))
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
