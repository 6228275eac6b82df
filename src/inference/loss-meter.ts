import type { TrainingBatch, TrainingData } from '../data/index.ts'
import { modelGraph, type LossGraph, type Model } from '../models/index.ts'
import { Runner, Turns, type Task } from '../runtime/index.ts'
import type { Backend, KernelTime, WeightFormat } from '../runtime/index.ts'
import type { Named } from '../tensor.ts'
import { Feed } from './feed.ts'

/** Steps run at once, where no layer looks ahead. */
const windowSteps = 64

/** A mean loss, and over how many positions. */
export interface Measure {
  readonly loss: number
  readonly positions: number
}

interface Program {
  readonly task: Task
  readonly graph: LossGraph
}

/** Measures a model's loss on data without training: every position counts as in training, states run through each batch. */
export class LossMeter {
  readonly #runner: Runner
  readonly #model: Model
  readonly #feed: Feed
  readonly #programs = new Map<boolean, Promise<Program>>()
  readonly #loss = new Float32Array(1)

  constructor(
    backend: Backend,
    model: Model,
    options: { readonly weights?: WeightFormat; readonly profile?: boolean } = {},
  ) {
    this.#runner = new Runner(backend, model.layer, options)
    this.#model = model
    this.#feed = new Feed(model)
  }

  /** The mean loss over counted positions, weighted as the loss says, and their number. */
  async measure(
    parameters: Named,
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
  async *shares(parameters: Named, data: TrainingData): AsyncGenerator<number, Measure, undefined> {
    const turns = new Turns()
    let sum = 0
    let total = 0
    let positions = 0
    for (let index = 0; index < data.batches; index++) {
      const batch = data.open(0, index)
      const { steps } = batch
      const program = await this.#program(batch.lengths !== undefined)
      // What runs backwards begins at a sequence's end, so that it cannot be cut.
      const whole = this.#model.layer.causal === false ? steps : Math.min(windowSteps, steps)
      this.#begin(program, batch, whole)
      if (index === 0) this.#runner.upload(parameters)
      for (let from = 0; from < steps; from += whole) {
        const count = Math.min(whole, steps - from)
        total += this.#feed.take(batch, from, count)
        positions += this.#feed.positions
        sum += await this.#run(program, count, batch.batch)
        await turns.take()
        yield (index + (from + count) / steps) / data.batches
      }
    }
    return { loss: sum / total, positions }
  }

  /** What its kernels took, where that is measured. */
  kernels(): KernelTime[] {
    return this.#runner.kernels()
  }

  dispose(): void {
    this.#runner.dispose()
  }

  /** Sees to room for so many steps of a batch, and to initial states. */
  #begin({ task }: Program, { batch }: TrainingBatch, steps: number): void {
    task.fit(this.#runner.extents(steps, batch))
    this.#feed.reserve(steps, batch)
    this.#runner.states.begin(batch)
  }

  /** Runs what the feed holds; gives Σ weight · loss. */
  async #run({ task, graph }: Program, steps: number, batch: number): Promise<number> {
    this.#feed.put(this.#runner, graph)
    this.#runner.clearSum('loss')
    task.run(this.#runner.extents(steps, batch), noScalars)
    await this.#runner.read('loss', 0, this.#loss)
    return this.#loss[0]!
  }

  #program(lengths: boolean): Promise<Program> {
    const known = this.#programs.get(lengths)
    if (known) return known
    const graph = modelGraph(this.#model, { training: false, lengths })
    const { loss, parameters, states } = graph
    const name = lengths ? 'loss with lengths' : 'loss'
    const made = this.#runner
      .load((of) => of.forwardComputation(name, { parameters, states, outputs: {}, sums: { loss } }))
      .then((task) => ({ task, graph }))
    this.#programs.set(lengths, made)
    return made
  }
}

const noScalars = {}
