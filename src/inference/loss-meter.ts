import { opened, type TrainingBatch, type TrainingData } from '../data/index.ts'
import { answersOnce, outputOf, type Model, type RowPlace } from '../models/index.ts'
import { padded, Turns, type Runner } from '../runtime/index.ts'
import type { Named } from '../tensor.ts'
import { Feed, kindOf } from './feed.ts'
import type { LossProgram, LossPrograms, Wanted } from './loss-programs.ts'
import type { Surprises } from './surprises.ts'
import type { Tally } from './tally.ts'

/** Steps run at once, where no layer looks ahead. */
const windowSteps = 64

/** A mean loss, and over how many positions. */
export interface Measure {
  readonly loss: number
  readonly positions: number
}

/** What looks at what comes out. */
export interface Looks {
  readonly tally?: Tally
  /** Takes the loss of each step. */
  readonly surprises?: Surprises
}

/** What programs must give to those who look. */
export const wantedBy = ({ tally, surprises }: Looks): Wanted => ({
  output: tally?.looks ?? false,
  losses: surprises !== undefined,
})

/** Measures a model's loss on data without training: every position counts as in training, states run through each batch. */
export class LossMeter {
  readonly #programs: LossPrograms
  readonly #runner: Runner
  readonly #model: Model
  readonly #feed: Feed
  readonly #tally: Tally | undefined
  readonly #surprises: Surprises | undefined
  readonly #loss = new Float32Array(1)
  #output = new Float32Array(0)

  /** `programs` are those of the model, and give what is looked at. */
  constructor(programs: LossPrograms, model: Model, { tally, surprises }: Looks = {}) {
    this.#programs = programs
    this.#runner = programs.runner
    this.#tally = tally
    this.#surprises = surprises
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
    let sequences = 0
    for (let index = 0; index < data.batches; index++) {
      const batch = opened(data, 0, index)
      const { steps } = batch
      const program = await this.#programs.of(this.#model, kindOf(batch))
      // What runs backwards begins at a sequence's end, so that it cannot be cut.
      const { layer, loss } = this.#model
      const whole = layer.causal === false || loss.whole ? steps : Math.min(windowSteps, steps)
      this.#begin(program, batch, whole)
      if (index === 0) this.#runner.upload(parameters)
      for (let from = 0; from < steps; from += whole) {
        const count = Math.min(whole, steps - from)
        total += this.#feed.take(batch, from, count)
        positions += this.#feed.positions
        sum += await this.#run(program, count, batch)
        if (this.#tally) {
          await this.#look(this.#tally, count * batch.batch, batch.batch, { sequence: sequences, step: from })
        }
        if (this.#surprises) await this.#tell(this.#surprises, count * batch.batch, batch.batch, from === 0)
        await turns.take()
        yield (index + (from + count) / steps) / data.batches
      }
      sequences += batch.batch
    }
    return { loss: sum / total, positions }
  }

  /** Sees to room for so many steps of a batch, and to initial states. */
  #begin({ task }: LossProgram, batch: TrainingBatch, steps: number): void {
    task.fit(this.#feed.extents(this.#runner, steps, batch))
    this.#feed.reserve(steps, batch.batch)
    this.#runner.states.begin(batch.batch)
  }

  /** Runs what the feed holds; gives Σ weight · loss. */
  async #run({ task, fed }: LossProgram, steps: number, batch: TrainingBatch): Promise<number> {
    this.#feed.put(this.#runner, fed)
    this.#runner.clearSum('loss')
    task.run(this.#feed.extents(this.#runner, steps, batch), noScalars)
    await this.#runner.read('loss', 0, this.#loss)
    return this.#loss[0]!
  }

  /** Counts what there is to count; what came out is fetched where that is looked at. */
  async #look(tally: Tally, steps: number, batch: number, first: RowPlace): Promise<void> {
    const once = answersOnce(this.#model)
    const { axes, columns } = outputOf(this.#model.layer)
    const floats = tally.looks ? (axes.includes('time') ? steps : batch) * padded(columns) : 0
    const output = await this.#read('output', floats)
    await tally.take(this.#feed, once ? batch : steps, output, once ? { ...first, step: 0 } : first)
  }

  /** Hands on what each step loses. */
  async #tell(surprises: Surprises, steps: number, batch: number, begins: boolean): Promise<void> {
    const rows = answersOnce(this.#model) ? batch : steps
    surprises.take(this.#feed, rows, begins, await this.#read('losses', rows * surprises.pitch))
  }

  async #read(region: string, floats: number): Promise<Float32Array> {
    if (this.#output.length < floats) this.#output = new Float32Array(floats)
    const output = this.#output.subarray(0, floats)
    if (floats > 0) await this.#runner.read(region, 0, output)
    return output
  }
}

const noScalars = {}
