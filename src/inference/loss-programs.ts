import { mainOf } from '../layers/index.ts'
import { modelGraph, type Model } from '../models/index.ts'
import type { Runner, Task } from '../runtime/index.ts'
import { namedBy, type Fed, type Kind } from './feed.ts'

/** A program that measures a loss, and the nodes it is fed by. */
export interface LossProgram {
  readonly task: Task
  readonly fed: Fed
}

/** What is wanted of a program beside the sum of its losses. */
export interface Wanted {
  /** `output`: what the model says at each row. */
  readonly output: boolean
  /** `losses`: the loss of each row. */
  readonly losses: boolean
}

/** The programs that measure the loss of one model, one for each kind of batch, compiled when the first such batch comes. */
export class LossPrograms {
  readonly runner: Runner
  readonly #wanted: Wanted
  readonly #programs = new Map<Kind, Promise<LossProgram>>()
  #free: Promise<unknown> = Promise.resolve()

  constructor(runner: Runner, wanted: Wanted) {
    this.runner = runner
    this.#wanted = wanted
  }

  /** The program for batches of a kind. The model is always the same. */
  of(model: Model, kind: Kind): Promise<LossProgram> {
    const made = this.#programs.get(kind) ?? this.#load(model, kind)
    this.#programs.set(kind, made)
    return made
  }

  /** Works with the runner when nobody else does: states go on in its memory from window to window. */
  async alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#free.then(work)
    this.#free = done.catch(() => undefined)
    return done
  }

  async #load(model: Model, kind: Kind): Promise<LossProgram> {
    const { inputs, targets, weights, lengths, sourceLengths, starts, ...graph } = await modelGraph(model, {
      training: false,
      ...kind,
    })
    const { loss, losses, parameters, states } = graph
    const output = graph.outputs[mainOf(model.layer.outputs, 'output')[0]]!
    const outputs = { ...(this.#wanted.output && { output }), ...(this.#wanted.losses && { losses }) }
    const task = await this.runner.load((of) =>
      of.forwardComputation(namedBy('loss', kind), { parameters, states, outputs, sums: { loss } }),
    )
    const marks = { ...(lengths && { lengths }), ...(sourceLengths && { sourceLengths }), ...(starts && { starts }) }
    return { task, fed: { inputs, targets, weights, ...marks } }
  }
}
