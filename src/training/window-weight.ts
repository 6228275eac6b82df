import type { TrainingBatch } from '../data/index.ts'
import { weigh, type Model } from '../models/index.ts'
import { padded } from '../runtime/index.ts'

/** How much the steps of a batch count in the loss, looked at before they are run. */
export class WindowWeight {
  readonly #model: Model
  readonly #steps: number
  #x = new Float32Array(0)
  #targets = new Float32Array(0)
  #weights = new Float32Array(0)

  /** `steps` are looked at at once. */
  constructor(model: Model, steps: number) {
    this.#model = model
    this.#steps = steps
  }

  /** Σ weight over the positions of steps [from, to). Makes no array once it has seen the largest batch. */
  of(batch: TrainingBatch, from: number, to: number): number {
    if (!this.#model.loss.weight) return countedPositions(this.#model, batch, from, to)
    let total = 0
    for (let at = from; at < to; at += this.#steps) {
      const count = Math.min(this.#steps, to - at)
      this.#reserve(Math.min(this.#steps, batch.steps) * batch.batch)
      batch.fill(at, count, this.#x, this.#targets)
      total += weigh(this.#model, batch, at, count, this.#targets, this.#weights)
    }
    return total
  }

  #reserve(rows: number): void {
    if (this.#weights.length >= rows) return
    const { layer, loss } = this.#model
    this.#x = new Float32Array(rows * padded(layer.input))
    this.#targets = new Float32Array(rows * padded(loss.target(layer.output).columns))
    this.#weights = new Float32Array(rows)
  }
}

/** Positions of steps [from, to) of a batch that count in the loss, whatever their weight. */
export function countedPositions(
  { on }: Model,
  { batch, steps, lengths }: TrainingBatch,
  from: number,
  to: number,
): number {
  let positions = 0
  for (let b = 0; b < batch; b++) {
    const length = lengths ? lengths[b]! : steps
    if (on === 'every step') positions += Math.max(0, Math.min(length, to) - from)
    else if (length - 1 >= from && length - 1 < to) positions++
  }
  return positions
}
