import type { TrainingBatch } from '../data/index.ts'
import { Feed } from '../inference/feed.ts'
import { answersOnce, type Model } from '../models/index.ts'

/** How much the steps of a batch count in the loss, looked at before they are run. */
export class WindowWeight {
  readonly #model: Model
  readonly #steps: number
  readonly #feed: Feed

  /** `steps` are looked at at once. */
  constructor(model: Model, steps: number) {
    this.#model = model
    this.#steps = steps
    this.#feed = new Feed(model)
  }

  /** Σ weight over the positions of steps [from, to). Makes no array once it has seen the largest batch. */
  of(batch: TrainingBatch, from: number, to: number): number {
    if (!this.#model.loss.weight && !batch.weighted) return countedPositions(this.#model, batch, from, to)
    const most = Math.min(this.#steps, batch.steps)
    if (this.#feed.rows < most * batch.batch) this.#feed.reserve(most, batch.batch)
    let total = 0
    for (let at = from; at < to; at += this.#steps) {
      total += this.#feed.take(batch, at, Math.min(this.#steps, to - at))
    }
    return total
  }
}

/** Positions of steps [from, to) of a batch that count in the loss, whatever their weight. */
export function countedPositions(
  model: Model,
  { batch, steps, lengths }: TrainingBatch,
  from: number,
  to: number,
): number {
  const once = answersOnce(model)
  let positions = 0
  for (let b = 0; b < batch; b++) {
    const length = lengths ? lengths[b]! : steps
    if (!once) positions += Math.max(0, Math.min(length, to) - from)
    else if (length - 1 >= from && length - 1 < to) positions++
  }
  return positions
}
