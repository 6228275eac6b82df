import type { LabelledSequence, SequenceFacts } from './labelled-sequence.ts'
import { packRows } from './pack-rows.ts'
import { put } from './put-row.ts'
import { stepsOf } from './rows.ts'
import type { TrainingBatch } from './training-data.ts'

/** Some sequences with a target at each step, one behind the other in as few rows as hold them: little of a batch is padding. */
export function packedBatch(
  { columns, targetColumns }: Pick<SequenceFacts, 'columns' | 'targetColumns'>,
  chosen: readonly LabelledSequence[],
): TrainingBatch {
  const rows = packRows(chosen.map(({ x }) => stepsOf(x))).map((members) => placesOf(members.map((i) => chosen[i]!)))
  const batch = rows.length
  const lengths = Float32Array.from(rows, ({ steps }) => steps)
  const steps = lengths.reduce((a, b) => Math.max(a, b))
  return {
    batch,
    steps,
    starts: true,
    ...(lengths.some((length) => length !== steps) && { lengths }),
    fill(step, count, { x, targets, starts }) {
      for (let b = 0; b < batch; b++) {
        const { items, from, of } = rows[b]!
        for (let t = 0; t < count; t++) {
          const row = t * batch + b
          const at = step + t
          const there = at < of.length
          const item = there ? items[of[at]!]! : undefined
          const inner = there ? at - from[of[at]!]! : 0
          if (starts) starts[row] = there && inner === 0 ? 1 : 0
          if (x) put(item?.x, inner, columns, x, row)
          if (targets) put(item?.target, inner, targetColumns, targets, row)
        }
      }
    },
  }
}

/** What stands in a row: its sequences, the step at which each begins, and of each step whose it is. */
function placesOf(items: readonly LabelledSequence[]) {
  let steps = 0
  const counts = items.map(({ x }) => stepsOf(x))
  const from = counts.map((count) => (steps += count) - count)
  return { items, from, steps, of: Uint32Array.from(counts.flatMap((count, i) => new Array<number>(count).fill(i))) }
}
