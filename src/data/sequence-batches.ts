import { checkNames, checkNumber } from '../options.ts'
import { checksum, checksumText } from './checksum.ts'
import { Fingerprint } from './fingerprint.ts'
import type { LabelledSequence, SequenceFacts } from './labelled-sequence.ts'
import { packedBatch } from './packed-batch.ts'
import { put } from './put-row.ts'
import { stepsOf, type Rows } from './rows.ts'
import type { SecondSequences, TrainingBatch, TrainingData } from './training-data.ts'

/** Batches of sequences, in an order drawn anew for each pass; the last batch of a pass may be smaller. */
export function sequenceBatches(
  data: SequenceFacts,
  options: {
    readonly batch: number
    readonly shuffle?: (count: number, pass: number) => Uint32Array
    /** Whether several may lie one behind the other in a row. */
    readonly pack?: boolean
  },
): TrainingData {
  checkNames('sequenceBatches', options, ['batch', 'shuffle', 'pack'])
  const { shuffle = inOrder, pack = false } = options
  const gather = pack ? packedBatch : batchOf
  const batch = checkNumber('train', 'batch', options.batch, { from: 1, whole: true })
  const { items } = data
  let order: { pass: number; of: Uint32Array } = { pass: -1, of: new Uint32Array(0) }
  return {
    batches: Math.ceil(items.length / batch),
    longest: data.longest,
    positions: data.steps,
    isOf: (stored) => stored === hashOf(data) || stored === firstHashOf(items),
    open(pass, index): TrainingBatch {
      if (order.pass !== pass) order = { pass, of: shuffle(items.length, pass) }
      return gather(
        data,
        Array.from(order.of.subarray(index * batch, (index + 1) * batch), (at) => items[at]!),
      )
    },
  }
}

const inOrder = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i)

function batchOf(facts: SequenceFacts, chosen: LabelledSequence[]): TrainingBatch {
  const { columns, targetColumns, targets: kind, source } = facts
  const batch = chosen.length
  const counts = chosen.map(({ x }) => stepsOf(x))
  const steps = counts.reduce((a, b) => Math.max(a, b))
  return {
    batch,
    steps,
    ...(counts.some((count) => count !== steps) && { lengths: Float32Array.from(counts) }),
    ...(source && {
      source: secondOf(
        source.columns,
        chosen.map(({ source }) => source!),
      ),
    }),
    fill(step, count, { x, targets }) {
      for (let t = 0; t < count; t++) {
        for (let b = 0; b < batch; b++) {
          const row = t * batch + b
          const item = chosen[b]!
          const there = step + t < counts[b]!
          if (x) put(there ? item.x : undefined, step + t, columns, x, row)
          const at = kind === 'each step' ? step + t : 0
          if (targets) put(there ? item.target : undefined, at, targetColumns, targets, row)
        }
      }
    },
  }
}

/** Second sequences side by side. */
function secondOf(columns: number, chosen: readonly Rows[]): SecondSequences {
  const counts = chosen.map(stepsOf)
  const steps = counts.reduce((a, b) => Math.max(a, b), 1)
  return {
    steps,
    ...(counts.some((count) => count !== steps) && { lengths: Float32Array.from(counts) }),
    fill({ source }) {
      if (!source) return
      for (let t = 0; t < steps; t++) {
        for (const [b, rows] of chosen.entries())
          put(t < counts[b]! ? rows : undefined, t, columns, source, t * chosen.length + b)
      }
    },
  }
}

export function hashOf({ items, columns, targetColumns, source }: SequenceFacts): string {
  const print = new Fingerprint()
  for (const { x, target, source: second } of items) {
    print.rows(x, columns)
    print.rows(target, targetColumns)
    if (source) print.rows(second!, source.columns)
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
