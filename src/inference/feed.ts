import type { TrainingBatch } from '../data/index.ts'
import { mainOf, type Port } from '../layers/index.ts'
import { answersOnce, type LossGraph, type Model } from '../models/index.ts'
import { padded, type Runner } from '../runtime/index.ts'

/**
 * Steps of a batch on their way to the device: inputs, targets, what each row counts, and what is left of each sequence. Makes
 * no array while batches are as large as before.
 */
export class Feed {
  /** Of the port that takes a batch's steps. */
  readonly #input: string
  readonly #ports: { readonly x: Port; readonly targets: Port }
  readonly #weight: Model['loss']['weight']
  /** Whether a sequence has one target, that of its last step. */
  readonly #once: boolean
  x = new Float32Array(0)
  targets = new Float32Array(0)
  /** What each row of the targets counts: `[time, batch]`, or `[batch]` of a model that answers once. */
  weights = new Float32Array(0)
  /** How many of them count at all. */
  positions = 0
  /** A target for each step, out of which those of last steps are picked. */
  #steps = new Float32Array(0)
  #left = new Float32Array(0)
  #rows = 0

  constructor(model: Model) {
    const [name, x] = mainOf(model.inputs, 'x')
    this.#input = name
    this.#ports = { x, targets: model.targets.targets }
    this.#weight = model.loss.weight?.bind(model.loss)
    this.#once = answersOnce(model)
  }

  /** Steps of sequences that find room. */
  get rows(): number {
    return this.#rows
  }

  /** Sees to room for so many steps of so many sequences. */
  reserve(steps: number, batch: number): void {
    const rows = steps * batch
    if (this.#left.length === batch && this.#rows === rows) return
    const pitch = padded(this.#ports.targets.columns)
    this.#rows = rows
    this.#left = new Float32Array(batch)
    this.x = new Float32Array(rows * padded(this.#ports.x.columns))
    this.weights = new Float32Array(this.#once ? batch : rows)
    this.targets = new Float32Array(this.weights.length * pitch)
    this.#steps = this.#once ? new Float32Array(rows * pitch) : this.targets
  }

  /**
   * Takes `count` steps of a batch from step `from` on, of which those from step `counted` on count; gives the sum of what they
   * count. Where nothing counts targets become zero, which is a legal target of every loss.
   */
  take(batch: TrainingBatch, from: number, count: number, counted = from): number {
    const { lengths, steps } = batch
    batch.fill(from, count, this.x, this.#steps)
    if (lengths) {
      for (let b = 0; b < batch.batch; b++) this.#left[b] = Math.max(0, Math.min(count, lengths[b]! - from))
    }
    this.positions = 0
    let sum = 0
    for (let t = 0; t < (this.#once ? 1 : count); t++) {
      for (let b = 0; b < batch.batch; b++) {
        const length = lengths ? lengths[b]! : steps
        const step = this.#once ? length - 1 - from : t
        const counts = step >= 0 && step < Math.min(count, length - from) && from + step >= counted
        sum += this.#count(t * batch.batch + b, step * batch.batch + b, counts)
      }
    }
    return sum
  }

  /** Multiplies what each row counts. */
  share(factor: number): void {
    for (let i = 0; i < this.weights.length; i++) this.weights[i]! *= factor
  }

  /** Writes what was taken. */
  put(runner: Runner, { inputs, targets, weights, lengths }: LossGraph): void {
    runner.put(inputs[this.#input]!, this.x)
    runner.put(targets, this.targets)
    runner.put(weights, this.weights)
    if (lengths) runner.put(lengths, this.#left)
  }

  /** Says what a row of the targets counts, whose target is that of row `from` of the steps. */
  #count(row: number, from: number, counts: boolean): number {
    const pitch = padded(this.#ports.targets.columns)
    const weight = counts ? (this.#weight?.(this.#steps, from * pitch) ?? 1) : 0
    if (weight === 0) this.targets.fill(0, row * pitch, (row + 1) * pitch)
    else if (this.#once) {
      for (let c = 0; c < pitch; c++) this.targets[row * pitch + c] = this.#steps[from * pitch + c]!
    }
    this.weights[row] = weight
    if (weight !== 0) this.positions++
    return weight
  }
}
