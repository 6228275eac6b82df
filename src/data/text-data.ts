import { createBatches } from './batches.ts'
import type { Text } from './text.ts'
import type { TrainingData } from './training-data.ts'

/** A text as one batch of streams: x and target are the numbers of a symbol and of the next. */
export function textData(text: Text, options: { readonly batch: number; readonly time: number }): TrainingData {
  const { units } = text
  const batches = createBatches(text.ids, { ...options, units })
  const { batch, steps } = batches
  const stream = {
    batch,
    steps,
    fill: (step: number, count: number, x: Float32Array, targets: Float32Array): void =>
      batches.fill(step, count, x, targets),
  }
  return { batches: 1, longest: steps, hash: text.hash, isOf: (hash) => hash === text.hash, units, open: () => stream }
}
