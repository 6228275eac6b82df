import type { TrainingData } from '../data/index.ts'
import { LossMeter } from '../inference/loss-meter.ts'
import { LossPrograms } from '../inference/loss-programs.ts'
import type { Model } from '../models/index.ts'
import { Runner, type Backend, type KernelTime } from '../runtime/index.ts'
import type { Named } from '../tensor.ts'

/** Says how far it is after so long. */
const tellEveryMs = 500

/** Measures the loss on what is kept for validation. */
export class Validating {
  readonly #runner: Runner
  readonly #meter: LossMeter
  readonly #data: TrainingData

  constructor(backend: Backend, model: Model, data: TrainingData, profile: boolean) {
    this.#runner = new Runner(backend, model, { profile })
    this.#meter = new LossMeter(new LossPrograms(this.#runner, { output: false, losses: false }), model)
    this.#data = data
  }

  /** The mean loss with these parameters, pulled: tells from time to time what share is done. Undefined where the signal comes. */
  async *loss(
    parameters: Named,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<number, number | undefined, undefined> {
    const shares = this.#meter.shares(parameters, this.#data)
    let told = performance.now()
    let next = await shares.next()
    for (; !next.done; next = await shares.next()) {
      if (signal?.aborted) return undefined
      if (performance.now() - told < tellEveryMs) continue
      told = performance.now()
      yield next.value
    }
    return next.value.loss
  }

  /** What its kernels took, where that is measured. */
  kernels(): KernelTime[] {
    return this.#runner.kernels()
  }

  dispose(): void {
    this.#runner.dispose()
  }
}
