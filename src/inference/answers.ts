import { columnsOf, copyRow, stepsOf, type Asked, type Question, type Row, type Rows } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { lossParameters, outputOf, type Decoded, type Loss, type Model } from '../models/index.ts'
import { mainOf } from '../layers/index.ts'
import type { EngineOptions } from '../runtime/index.ts'
import { tensor, type Tensor } from '../tensor.ts'
import { forward } from './forward.ts'

/** What is said of the rows of the output for a sequence, or of the `once` there is; `value` is what was asked of. */
export type Say = (rows: readonly Row[], value: unknown, once: boolean) => object | Promise<object>

/** Sequences that are run side by side. */
const together = 32

/**
 * What a model says of one question or of many.
 * @throws UnrolledError `data` where there is none.
 */
export async function answered(
  model: Model,
  { questions, one }: Asked,
  engine: EngineOptions,
  say: Say,
  owner: string,
): Promise<unknown> {
  if (questions.length === 0) throw new UnrolledError('data', `${owner}: there is no sequence`)
  const found: unknown[] = []
  for (let from = 0; from < questions.length; from += together) {
    found.push(...(await answers(model, questions.slice(from, from + together), engine, say)))
  }
  return one ? found[0] : found
}

/** What a model says of some sequences side by side. */
async function answers(model: Model, some: readonly Question[], engine: EngineOptions, say: Say): Promise<object[]> {
  const { layer, parameters } = model
  const first = sideBySide(some.map(({ x }) => x))
  const [x] = mainOf(model.inputs, 'x')
  const { output } = await forward(
    layer,
    {
      parameters,
      inputs: { [x]: first.rows },
      ...(first.uneven && { lengths: first.lengths }),
    },
    engine,
  )
  const { columns, axes } = outputOf(layer)
  // The output tells, not the targets: of a loss that is not known there are none, and one row may be judged for many.
  const once = !axes.includes('time')
  return Promise.all(
    some.map(async ({ value }, b) => {
      const rows = Array.from({ length: once ? 1 : first.lengths[b]! }, (_, t): Row => {
        const at = (t * some.length + b) * columns
        return output.data.subarray(at, at + columns)
      })
      return say(rows, value, once)
    }),
  )
}

interface SideBySide {
  readonly rows: Tensor
  readonly lengths: readonly number[]
  readonly uneven: boolean
}

/** Sequences as one tensor, `[steps, batch, columns]`. */
function sideBySide(some: readonly Rows[]): SideBySide {
  const lengths = some.map(stepsOf)
  const steps = Math.max(1, ...lengths)
  const columns = columnsOf(some.find((rows) => stepsOf(rows) > 0) ?? some[0]!)
  const data = new Float32Array(steps * some.length * columns)
  some.forEach((rows, b) => {
    for (let t = 0; t < lengths[b]!; t++) copyRow(rows, t, columns, data, (t * some.length + b) * columns)
  })
  return {
    rows: tensor(data, [steps, some.length, columns]),
    lengths,
    uneven: lengths.some((length) => length !== steps),
  }
}

/** What a network says: of the whole, and of each step where it answers at every one. */
export async function plainlySaid(model: Model, rows: readonly Row[], once: boolean): Promise<object> {
  const { loss } = model
  if (loss.decodeSequence) {
    const { labellings, steps } = await loss.decodeSequence(rows, lossParameters(model))
    return { ...steps?.at(-1), ...labellings[0], ...(steps && { steps }) }
  }
  const steps = rows.map((row): Decoded => loss.decode?.(row) ?? plainly(loss, row))
  return once ? steps[0]! : { ...steps.at(-1), steps }
}

/** What a row says by a loss that says nothing of it: probabilities where it means such, else its values. */
function plainly(loss: Loss, row: Row): Decoded {
  if (!loss.probabilities) return { values: [...row] }
  const probabilities = new Float64Array(row.length)
  loss.probabilities(row, 0, row.length, probabilities)
  return { probabilities: [...probabilities] }
}
