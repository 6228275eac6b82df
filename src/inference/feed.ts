import type { TrainingBatch } from '../data/index.ts'
import { weigh, type LossGraph, type Model } from '../models/index.ts'
import { padded, type Runner } from '../runtime/index.ts'

/**
 * Steps of a batch on their way to the device: inputs, targets, what each step counts, and what is left of each sequence. Makes
 * no array while batches are as large as before.
 */
export class Feed {
  readonly #model: Model
  x = new Float32Array(0)
  targets = new Float32Array(0)
  /** What each of the steps counts, `[time, batch]`. */
  weights = new Float32Array(0)
  #left = new Float32Array(0)

  constructor(model: Model) {
    this.#model = model
  }

  /** Steps of sequences that find room. */
  get rows(): number {
    return this.weights.length
  }

  /** Sees to room for so many steps of so many sequences. */
  reserve(steps: number, batch: number): void {
    const { layer, loss } = this.#model
    const rows = steps * batch
    if (this.#left.length !== batch) this.#left = new Float32Array(batch)
    if (this.rows === rows) return
    this.weights = new Float32Array(rows)
    this.x = new Float32Array(rows * padded(layer.input))
    this.targets = new Float32Array(rows * padded(loss.target(layer.output).columns))
  }

  /** Takes `count` steps of a batch from step `from` on; gives the sum of what they count. */
  take(batch: TrainingBatch, from: number, count: number): number {
    batch.fill(from, count, this.x, this.targets)
    if (batch.lengths) {
      for (let b = 0; b < batch.batch; b++) this.#left[b] = Math.max(0, Math.min(count, batch.lengths[b]! - from))
    }
    return weigh(this.#model, batch, from, count, this.targets, this.weights)
  }

  /** Writes what was taken. */
  put(runner: Runner, { x, targets, weights, lengths }: LossGraph): void {
    runner.put(x, this.x)
    runner.put(targets, this.targets)
    runner.put(weights, this.weights)
    if (lengths) runner.put(lengths, this.#left)
  }
}
