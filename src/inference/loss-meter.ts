import type { TrainingData } from '../data/index.ts'
import { modelGraph, weigh, type Model } from '../models/index.ts'
import { padded, stateRegion, Turns, Workspace, type Task } from '../runtime/index.ts'
import type { Backend, KernelTime, WeightFormat } from '../runtime/index.ts'

/** Steps run at once, where no layer looks ahead. */
const windowSteps = 64

/** A mean loss, and over how many positions. */
export interface Measure {
  readonly loss: number
  readonly positions: number
}

/** Measures a model's loss on data without training: every position counts as in training, states run through each batch. */
export class LossMeter {
  readonly #workspace: Workspace
  readonly #model: Model
  readonly #tasks = new Map<boolean, Promise<Task>>()

  constructor(
    backend: Backend,
    model: Model,
    options: { readonly weights?: WeightFormat; readonly profile?: boolean } = {},
  ) {
    this.#workspace = new Workspace(backend, options)
    this.#model = model
  }

  /** The mean loss over counted positions, weighted as the loss says, and their number. `parameters` lie as in device memory. */
  async measure(
    parameters: Float32Array,
    data: TrainingData,
    options: { readonly signal?: AbortSignal; readonly progress?: (share: number) => void } = {},
  ): Promise<Measure> {
    const shares = this.shares(parameters, data)
    for (;;) {
      options.signal?.throwIfAborted()
      const { value, done } = await shares.next()
      if (done) return value
      options.progress?.(value)
    }
  }

  /** The same, pulled: tells again and again what share of the data is done. */
  async *shares(parameters: Float32Array, data: TrainingData): AsyncGenerator<number, Measure, undefined> {
    const turns = new Turns()
    let sum = 0
    let total = 0
    let positions = 0
    for (let index = 0; index < data.batches; index++) {
      const opened = data.open(0, index)
      const { batch, steps, lengths, fill } = opened
      const task = await this.#task(lengths !== undefined)
      const { layer, loss } = this.#model
      // What runs backwards begins at a sequence's end, so that it cannot be cut.
      const whole = { time: layer.causal === false ? steps : Math.min(windowSteps, steps), batch }
      task.fit(whole)
      const x = new Float32Array(whole.time * batch * padded(layer.input))
      const targets = new Float32Array(whole.time * batch * padded(loss.target(layer.output).columns))
      const weights = new Float32Array(whole.time * batch)
      const left = new Float32Array(batch)
      const result = new Float32Array(1)
      this.#workspace.write('parameters', 0, parameters)
      for (const { name, columns, initial } of layer.states) {
        this.#workspace.write(stateRegion(name), 0, new Float32Array(batch * padded(columns)).fill(initial))
      }
      for (let from = 0; from < steps; from += whole.time) {
        const time = Math.min(whole.time, steps - from)
        const extents = time === whole.time ? whole : { time, batch }
        fill(from, time, x, targets)
        total += weigh(this.#model, opened, from, time, targets, weights)
        for (let i = 0; i < time * batch; i++) if (weights[i] !== 0) positions++
        this.#workspace.write('x', 0, x)
        this.#workspace.write('targets', 0, targets)
        this.#workspace.write('weights', 0, weights)
        if (lengths) {
          lengths.forEach((length, b) => (left[b] = Math.max(0, Math.min(time, length - from))))
          this.#workspace.write('lengths', 0, left)
        }
        result[0] = 0
        this.#workspace.write('loss', 0, result)
        if (from === 0) task.prepare(extents)
        task.run(extents, noScalars)
        await this.#workspace.read('loss', 0, result)
        sum += result[0]
        await turns.take()
        yield (index + (from + time) / steps) / data.batches
      }
    }
    return { loss: sum / total, positions }
  }

  /** What its kernels took, where that is measured. */
  kernels(): KernelTime[] {
    return this.#workspace.kernels()
  }

  dispose(): void {
    this.#workspace.dispose()
  }

  #task(lengths: boolean): Promise<Task> {
    const known = this.#tasks.get(lengths)
    if (known) return known
    const { loss, parameters, states } = modelGraph(this.#model, { training: false, lengths })
    const name = lengths ? 'loss with lengths' : 'loss'
    const made = this.#workspace.load((of) =>
      of.forwardComputation(name, { parameters, states, outputs: {}, sums: { loss } }),
    )
    this.#tasks.set(lengths, made)
    return made
  }
}

const noScalars = {}
