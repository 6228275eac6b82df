import { UnrolledError } from '../error.ts'
import { checkNames, checkNumber } from '../options.ts'
import { checksum, checksumText } from './checksum.ts'
import type { TrainingBatch, TrainingData } from './training-data.ts'

/** A sequence of vectors and what is to be learnt of it: a vector for each step, or one for the whole. */
export interface LabelledSequence {
  /** `[steps][columns]` */
  readonly x: readonly (readonly number[])[]
  /** `[steps][columns]`, or `[columns]` for the whole sequence. */
  readonly target: readonly (readonly number[])[] | readonly number[]
}

/** Separate sequences as data. */
export interface Sequences {
  readonly kind: 'sequences'
  readonly items: readonly LabelledSequence[]
  /** Columns of x and of a target. */
  readonly columns: number
  readonly targetColumns: number
}

/** Makes a data set of labelled sequences; columns must agree, and each sequence has at least one step. */
export function sequences(items: readonly LabelledSequence[]): Sequences {
  const first = items[0]
  if (!first) throw new UnrolledError('data', 'sequences: there is no sequence')
  const columns = first.x[0]?.length ?? 0
  const targetColumns = targetAt(first, 0).length
  items.forEach((item, i) => {
    const whole = isWhole(item.target)
    const wrong =
      item.x.length === 0
        ? 'has no step'
        : item.x.some((row) => row.length !== columns)
          ? `has a step without ${columns} columns`
          : !whole && item.target.length !== item.x.length
            ? `has ${item.x.length} steps but ${item.target.length} targets`
            : targetAt(item, 0).length !== targetColumns
              ? `has targets without ${targetColumns} columns`
              : undefined
    if (wrong) throw new UnrolledError('data', `sequences: sequence ${i} ${wrong}`)
  })
  return { kind: 'sequences', items, columns, targetColumns }
}

const isWhole = (target: LabelledSequence['target']): target is readonly number[] => typeof target[0] === 'number'

const targetAt = ({ target }: LabelledSequence, step: number): readonly number[] =>
  isWhole(target) ? target : (target[step] ?? [])

/** Batches of sequences, in an order drawn anew for each pass; the last batch of a pass may be smaller. */
export function sequenceBatches(
  data: Sequences,
  options: { readonly batch: number; readonly shuffle: (count: number, pass: number) => Uint32Array },
): TrainingData {
  checkNames('sequenceBatches', options, ['batch', 'shuffle'])
  const batch = checkNumber('train', 'batch', options.batch, { from: 1, whole: true })
  const { items, columns, targetColumns } = data
  const batches = Math.ceil(items.length / batch)
  const longest = Math.max(...items.map(({ x }) => x.length))
  let order: { pass: number; of: Uint32Array } = { pass: -1, of: new Uint32Array(0) }
  return {
    batches,
    longest,
    hash: checksumText(checksum(new TextEncoder().encode(JSON.stringify(items)))),
    units: 'steps',
    open(pass, index): TrainingBatch {
      if (order.pass !== pass) order = { pass, of: options.shuffle(items.length, pass) }
      const chosen = Array.from(order.of.subarray(index * batch, (index + 1) * batch), (at) => items[at]!)
      const steps = Math.max(...chosen.map(({ x }) => x.length))
      const equal = chosen.every(({ x }) => x.length === steps)
      const put = (into: Float32Array, pitch: number, row: number, values: readonly number[]): void => {
        for (let c = 0; c < values.length; c++) into[row * pitch + c] = values[c]!
      }
      return {
        batch: chosen.length,
        steps,
        ...(!equal && { lengths: Float32Array.from(chosen, ({ x }) => x.length) }),
        fill(step, count, x, targets) {
          const pitch = pitchOf(columns)
          const targetPitch = pitchOf(targetColumns)
          for (let t = 0; t < count; t++) {
            for (let b = 0; b < chosen.length; b++) {
              const item = chosen[b]!
              const row = t * chosen.length + b
              put(x, pitch, row, item.x[step + t] ?? nothing(columns))
              put(
                targets,
                targetPitch,
                row,
                step + t < item.x.length ? targetAt(item, step + t) : nothing(targetColumns),
              )
            }
          }
        },
      }
    },
  }
}

/** Rows lie as in device memory: padded to 16 floats, a single column alone. */
const pitchOf = (columns: number): number => (columns === 1 ? 1 : Math.ceil(columns / 16) * 16)

const rows = new Map<number, readonly number[]>()
function nothing(columns: number): readonly number[] {
  const known = rows.get(columns) ?? new Array<number>(columns).fill(0)
  rows.set(columns, known)
  return known
}
