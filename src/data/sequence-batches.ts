import { checkNames, checkNumber } from '../options.ts'
import { checksum, checksumText } from './checksum.ts'
import { Fingerprint } from './fingerprint.ts'
import { copyRow, stepsOf, type Rows } from './rows.ts'
import type { LabelledSequence, Sequences } from './sequences.ts'
import type { TrainingBatch, TrainingData } from './training-data.ts'

/** Batches of sequences, in an order drawn anew for each pass; the last batch of a pass may be smaller. */
export function sequenceBatches(
  data: Sequences,
  options: { readonly batch: number; readonly shuffle?: (count: number, pass: number) => Uint32Array },
): TrainingData {
  checkNames('sequenceBatches', options, ['batch', 'shuffle'])
  const { shuffle = inOrder } = options
  const batch = checkNumber('train', 'batch', options.batch, { from: 1, whole: true })
  const { items } = data
  let order: { pass: number; of: Uint32Array } = { pass: -1, of: new Uint32Array(0) }
  let hash: string | undefined
  return {
    batches: Math.ceil(items.length / batch),
    longest: data.longest,
    positions: data.steps,
    get hash() {
      return (hash ??= hashOf(data))
    },
    isOf: (stored) => stored === (hash ??= hashOf(data)) || stored === firstHashOf(items),
    units: data.units,
    open(pass, index): TrainingBatch {
      if (order.pass !== pass) order = { pass, of: shuffle(items.length, pass) }
      return batchOf(
        data,
        Array.from(order.of.subarray(index * batch, (index + 1) * batch), (at) => items[at]!),
      )
    },
  }
}

const inOrder = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i)

function batchOf({ columns, targetColumns, targets: kind }: Sequences, chosen: LabelledSequence[]): TrainingBatch {
  const batch = chosen.length
  const counts = chosen.map(({ x }) => stepsOf(x))
  const steps = counts.reduce((a, b) => Math.max(a, b))
  const pitch = pitchOf(columns)
  const targetPitch = pitchOf(targetColumns)
  const put = (rows: Rows, step: number, width: number, into: Float32Array, at: number, there: boolean): void => {
    if (there) copyRow(rows, step, width, into, at)
    else into.fill(0, at, at + width)
  }
  return {
    batch,
    steps,
    ...(counts.some((count) => count !== steps) && { lengths: Float32Array.from(counts) }),
    fill(step, count, x, targets) {
      for (let t = 0; t < count; t++) {
        for (let b = 0; b < batch; b++) {
          const row = t * batch + b
          const item = chosen[b]!
          const there = step + t < counts[b]!
          put(item.x, step + t, columns, x, row * pitch, there)
          put(item.target, kind === 'each step' ? step + t : 0, targetColumns, targets, row * targetPitch, there)
        }
      }
    },
  }
}

/** Rows lie as in device memory: padded to 16 floats, a single column alone. */
const pitchOf = (columns: number): number => (columns === 1 ? 1 : Math.ceil(columns / 16) * 16)

function hashOf({ items, columns, targetColumns }: Sequences): string {
  const print = new Fingerprint()
  for (const { x, target } of items) {
    print.rows(x, columns)
    print.rows(target, targetColumns)
  }
  return print.text()
}

/** How 0.1.0 told data apart, whose runs may be gone on with: by its JSON. */
function firstHashOf(items: readonly LabelledSequence[]): string {
  const encoder = new TextEncoder()
  let sum = checksum(encoder.encode('['))
  items.forEach((item, i) => (sum = checksum(encoder.encode((i > 0 ? ',' : '') + JSON.stringify(item)), sum)))
  return checksumText(checksum(encoder.encode(']'), sum))
}
