import { opened, type TrainingBatch, type TrainingData } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { Model } from '../models/index.ts'
import type { Bptt, WindowOptions } from './bptt.ts'
import type { Settings } from './options.ts'
import { countedPositions, WindowWeight } from './window-weight.ts'

/** A place in the data of a run. JSON carries it unharmed. */
export interface Place {
  readonly pass: number
  /** Number of the batch in the pass. */
  readonly index: number
  /** Number of the batch's first step in the whole run. */
  readonly origin: number
  /** Steps of the batch from which the next window starts, and up to which it has been trained on. */
  readonly start: number
  readonly end: number
}

/** The windows of an update. */
export interface Group {
  readonly windows: number
  /** Positions they count, and Σ of what each counts. */
  readonly positions: number
  readonly weight: number
}

/**
 * The way of a run through its data: pass after pass, batch after batch, window after window. Windows in which nothing counts make
 * no update; they only carry the states on, and at the end of a batch are left out.
 */
export class Course {
  readonly #data: TrainingData
  readonly #bptt: Bptt
  readonly #model: Model
  readonly windows: WindowOptions
  readonly #weight: WindowWeight
  #pass = 0
  #index = 0
  #origin = 0

  constructor(data: TrainingData, bptt: Bptt, model: Model, windows: WindowOptions) {
    this.#data = data
    this.#bptt = bptt
    this.#model = model
    this.windows = windows
    this.#weight = new WindowWeight(model, windows.segment)
  }

  /** Goes to a place, with the states stored there; to the beginning where none is given. */
  async open(place?: Place, states: ReadonlyMap<string, Float32Array> = new Map()): Promise<void> {
    if (place) {
      if (place.index >= this.#data.batches) throw unfit(`batch ${place.index} of ${this.#data.batches}`)
      ;({ pass: this.#pass, index: this.#index, origin: this.#origin } = place)
    }
    await this.#bptt.begin(opened(this.#data, this.#pass, this.#index), this.windows)
    const { steps } = this.#bptt.batch
    if (place && (place.end > steps || place.start > place.end)) throw unfit(`step ${place.end} of ${steps}`)
    if (place && place.end > 0) this.#bptt.restore(place.start, place.end, states)
    await this.settle()
  }

  get place(): Place {
    const { start, position } = this.#bptt
    return { pass: this.#pass, index: this.#index, origin: this.#origin, start, end: position }
  }

  /** Passes over the data, as a fraction. */
  get epoch(): number {
    const { batches, longest } = this.#data
    return this.#pass + (this.#index + Math.min(1, this.#bptt.position / longest)) / batches
  }

  /** The windows that count and come next, as many as are wanted, or as this pass has left. */
  ahead(wanted: number): Group {
    let windows = 0
    let positions = 0
    let weight = 0
    for (let index = this.#index; index < this.#data.batches && windows < wanted; index++) {
      const here = index === this.#index
      const batch = here ? this.#bptt.batch : opened(this.#data, this.#pass, index)
      for (let at = here ? this.#bptt.position : 0; at < batch.steps && windows < wanted; at += this.windows.every) {
        const end = Math.min(at + this.windows.every, batch.steps)
        const counted = this.#weight.of(batch, at, end)
        if (counted === 0) continue
        windows++
        weight += counted
        positions += countedPositions(this.#model, batch, at, end)
      }
    }
    return { windows, positions, weight }
  }

  /**
   * Runs the next window that counts, each loss times `share`; its gradient is added. With a probability of `sampled` a step reads the
   * model's own symbol. Its end is not waited for.
   */
  async window(share: number, sampled = 0): Promise<void> {
    const { batch } = this.#bptt
    while (this.#weight.of(batch, this.#bptt.position, this.#bptt.nextEnd) === 0) await this.#bptt.skip(this.#origin)
    await this.#bptt.next(this.#origin, share, sampled)
  }

  /** Goes on to the next batch where nothing more counts in this one; says whether that began a pass. */
  async settle(): Promise<boolean> {
    let passes = 0
    while (!this.#counts()) {
      this.#origin += this.#bptt.batch.steps
      this.#index++
      if (this.#index === this.#data.batches) {
        this.#index = 0
        this.#pass++
        passes++
      }
      if (passes > 1) throw new UnrolledError('data', 'train: nothing in the data counts in the loss')
      await this.#bptt.begin(opened(this.#data, this.#pass, this.#index), this.windows)
    }
    return passes > 0
  }

  /** Whether a window of this batch is left that counts anything. */
  #counts(): boolean {
    const { batch, position } = this.#bptt
    for (let at = position; at < batch.steps; at += this.windows.every) {
      if (this.#weight.of(batch, at, Math.min(at + this.windows.every, batch.steps)) > 0) return true
    }
    return false
  }
}

const unfit = (place: string): UnrolledError =>
  new UnrolledError('checkpoint', `train: the stored run does not fit: it stands at ${place}`)

/** Updates that a pass takes; counted in the first pass, which a shuffle hardly changes. */
export function updatesInPass(data: TrainingData, model: Model, { every, accumulate, segment }: Settings): number {
  const weight = new WindowWeight(model, segment)
  let windows = 0
  const inBatch = (batch: TrainingBatch): void => {
    for (let at = 0; at < batch.steps; at += every) {
      if (weight.of(batch, at, Math.min(at + every, batch.steps)) > 0) windows++
    }
  }
  if (every >= data.longest && !model.loss.weight) windows = data.batches
  else for (let index = 0; index < data.batches; index++) inBatch(opened(data, 0, index))
  return Math.ceil(windows / accumulate)
}
