import type { TrainingBatch } from '../data/index.ts'
import type { Model } from './model.ts'

/** Whether a step of a sequence is one that the model's loss looks at. */
export function counts({ on }: Model, { lengths, steps }: TrainingBatch, step: number, sequence: number): boolean {
  const length = lengths ? lengths[sequence]! : steps
  return on === 'every step' ? step < length : step === length - 1
}

/**
 * How much each of `count` steps from `from` on counts in the loss, into `weights` `[time, batch]`, and the sum of it. `targets`
 * are those of the same steps; where nothing counts they become zero, which is a legal target of every loss.
 */
export function weigh(
  model: Model,
  data: TrainingBatch,
  from: number,
  count: number,
  targets: Float32Array,
  weights: Float32Array,
): number {
  const { loss } = model
  const { batch } = data
  const pitch = targets.length / weights.length
  let sum = 0
  for (let t = 0; t < count; t++) {
    for (let b = 0; b < batch; b++) {
      const row = t * batch + b
      const weight = counts(model, data, from + t, b) ? (loss.weight?.(targets, row * pitch) ?? 1) : 0
      if (weight === 0) targets.fill(0, row * pitch, (row + 1) * pitch)
      weights[row] = weight
      sum += weight
    }
  }
  return sum
}
