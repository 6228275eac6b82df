import { createBatches } from './batches.ts'
import type { Text } from './text.ts'
import type { TrainingData } from './training-data.ts'

/** A text as one batch of streams: x and target are the numbers of a symbol and of the next. At `most` so many steps of each. */
export function textData(
  text: Text,
  { most = Infinity, ...options }: { readonly batch: number; readonly time: number; readonly most?: number },
): TrainingData {
  const { units } = text
  const batches = createBatches(text.ids, { ...options, units })
  const { batch } = batches
  const steps = Math.min(batches.steps, most)
  const stream = {
    batch,
    steps,
    fill: (step: number, count: number, x: Float32Array, targets: Float32Array): void =>
      batches.fill(step, count, x, targets),
  }
  return {
    batches: 1,
    longest: steps,
    positions: batch * steps,
    hash: text.hash,
    isOf: (hash) => hash === text.hash,
    units,
    open: () => stream,
  }
}
