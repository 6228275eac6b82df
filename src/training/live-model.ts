import { UnrolledError } from '../error.ts'
import type { Model, TrainingRecord } from '../models/index.ts'
import type { Named } from '../tensor.ts'

const learning = new WeakSet<Model>()

/** What a run tells of itself in a model's record; a run that follows leaves nothing of it. */
const told = ['steps', 'epochs', 'elapsedMs', 'kernels', 'data', 'validationLoss']

/**
 * A model while a run lasts: who reads its values sees those of the last update, which are fetched only when somebody does.
 * Nobody else may set them, or train it, meanwhile. Afterwards it is a plain value again.
 *
 * @throws UnrolledError `misuse` where another run trains the model.
 */
export class LiveModel {
  readonly model: Model
  #values: Named
  #record: TrainingRecord
  #fetch: (() => Named) | undefined
  #tell: (() => TrainingRecord) | undefined
  #stale = false

  constructor(model: Model) {
    if (learning.has(model)) {
      throw new UnrolledError(
        'misuse',
        `train: this ${model.kind} is being trained by another run; let that come to its end first, by its loop or finish()`,
      )
    }
    learning.add(model)
    this.model = model
    this.#values = model.parameters
    this.#record = model.record
    const property = { enumerable: true, configurable: true }
    Object.defineProperty(model, 'parameters', {
      ...property,
      get: () => this.#now(),
      set: () => {
        throw new UnrolledError('misuse', 'the model is being trained; set its parameters before or after that')
      },
    })
    Object.defineProperty(model, 'record', {
      ...property,
      get: () => this.#recordNow(),
      set: (record: TrainingRecord) => (this.#record = record),
    })
  }

  /** How values are fetched (absent where that takes waiting: then `set` brings them), and what the run tells of itself. */
  follow(fetch: (() => Named) | undefined, tell: () => TrainingRecord): void {
    this.#fetch = fetch
    this.#tell = tell
  }

  /** The values are others now. */
  changed(): void {
    this.#stale = true
  }

  set(values: Named): void {
    this.#values = values
    this.#stale = false
  }

  /** Makes the model a plain value again. */
  release(): void {
    const property = { enumerable: true, configurable: true, writable: true }
    const record = this.#recordNow()
    let values = this.#values
    try {
      values = this.#now()
    } catch {
      // A backend whose threads died gives nothing any more; what was read last is left.
    }
    Object.defineProperty(this.model, 'parameters', { ...property, value: values })
    Object.defineProperty(this.model, 'record', { ...property, value: record })
    learning.delete(this.model)
  }

  #now(): Named {
    if (this.#stale && this.#fetch) this.set(this.#fetch())
    return this.#values
  }

  #recordNow(): TrainingRecord {
    const record = this.#tell?.()
    if (!record || Object.keys(record).length === 0) return this.#record
    return { ...Object.fromEntries(Object.entries(this.#record).filter(([name]) => !told.includes(name))), ...record }
  }
}
