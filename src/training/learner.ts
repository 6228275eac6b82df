import type { TrainingData } from '../data/index.ts'
import type { UnrolledError } from '../error.ts'
import { isWriting, type Model } from '../models/index.ts'
import { Runner, type Backend, type KernelTime } from '../runtime/index.ts'
import { named, type Named, type Tensor } from '../tensor.ts'
import { Bptt, type WindowOptions } from './bptt.ts'
import { Course } from './course.ts'
import { diagnose } from './diagnosis.ts'
import { ranAway } from './not-finite.ts'
import type { Settings } from './options.ts'
import { rateGroups } from './rate-groups.ts'
import { OwnSymbols } from './scheduled-sampling/own-symbols.ts'
import { Update } from './update.ts'

/** What an update was made of. */
export interface Gradient {
  /** Mean over the counted positions of all its windows. */
  readonly loss: number
  /** Of the whole gradient, before clipping. */
  readonly norm: number
  readonly positions: number
  /** Σ of what the positions count. */
  readonly weight: number
}

/** What a model learns by, whatever it learns from. */
export type LearnerSettings = Pick<Settings, 'optimizer' | 'clipping' | 'trained' | 'seed' | 'profile' | 'sampling'>

/** The model on the device: its gradients and its updates. */
export class Learner {
  readonly #model: Model
  readonly #seed: number
  readonly #runner: Runner
  readonly #bptt: Bptt
  readonly #update: Update

  private constructor(
    model: Model,
    { seed, trained }: LearnerSettings,
    runner: Runner,
    update: Update,
    own: OwnSymbols | undefined,
  ) {
    this.#model = model
    this.#seed = seed
    this.#runner = runner
    this.#update = update
    this.#bptt = new Bptt(runner, model, seed, trained.frozen, own)
  }

  static async create(backend: Backend, model: Model, settings: LearnerSettings): Promise<Learner> {
    const { optimizer, clipping, profile, trained, sampling, seed } = settings
    const runner = new Runner(backend, model, { profile })
    try {
      const update = await Update.create(runner, optimizer, clipping, rateGroups(trained, runner.layout))
      const own = sampling && isWriting(model) ? new OwnSymbols(model, seed, runner) : undefined
      return new Learner(model, settings, runner, update, own)
    } catch (error) {
      runner.dispose()
      throw error
    }
  }

  /** A way through data. The learner goes one at a time. */
  course(data: TrainingData, windows: WindowOptions): Course {
    return new Course(data, this.#bptt, this.#model, windows)
  }

  /** Floats of all parameters, pads included; an optimizer's moments have as many. */
  get floats(): number {
    return this.#runner.layout.floats
  }

  write(parameters: Named): void {
    this.#runner.upload(parameters)
  }

  /** The values now, read at once, where the backend can. */
  get readSync(): (() => Named) | undefined {
    return this.#runner.parametersNow
  }

  /** The values now. */
  async read(): Promise<Named> {
    return this.#runner.layout.unpack(await this.#runner.flat())
  }

  /** Values as they lie in device memory. */
  pack(values: Named): Float32Array {
    const flat = new Float32Array(this.floats)
    this.#runner.layout.pack(values, flat)
    return flat
  }

  unpack(flat: Float32Array): Named {
    return this.#runner.layout.unpack(flat)
  }

  /**
   * Works out the gradient of update number `step`: that of the mean loss over all counted positions of the next windows, as many
   * as are wanted or the pass has left. With a probability of `sampled` a step reads the model's own symbol.
   * @throws UnrolledError `non-finite` where loss or gradient is not a number.
   */
  async gradient(course: Course, step: number, wanted: number, sampled = 0): Promise<Gradient> {
    const { windows, positions, weight } = course.ahead(wanted)
    let loss = 0
    let norm = 0
    for (let made = 0; made < windows; made++) {
      if (made > 0) await course.settle()
      await course.window(1 / weight, sampled)
      // After each window, so that the one that is to blame is still at hand.
      const measured = await this.#update.measure()
      norm = measured.norm
      loss += measured.loss
      if (!Number.isFinite(measured.loss) || !Number.isFinite(norm))
        throw await this.#nonFinite(course, step, loss, norm)
    }
    return { loss, norm, positions, weight }
  }

  /** Makes update number `step` by the gradient, and clears that. */
  apply(step: number, lr: number): void {
    this.#update.apply(step, lr)
  }

  /** Makes the gradient zero, where no update is to be made by it. */
  clearGradient(): void {
    this.#runner.clearGradients()
  }

  /** The states from which the next window starts, for a checkpoint. */
  async states(): Promise<Named> {
    return arrays('state', await this.#bptt.save())
  }

  /** The optimizer's moments, for a checkpoint. */
  async moments(): Promise<Named> {
    return arrays('moment', await this.#update.save())
  }

  restoreMoments(moments: ReadonlyMap<string, Float32Array>): void {
    this.#update.restore(moments)
  }

  kernels(): KernelTime[] {
    return this.#runner.kernels()
  }

  dispose(): void {
    this.#runner.dispose()
  }

  /** The error that says what went wrong in the last window; the weights are still those of before. */
  async #nonFinite(course: Course, step: number, loss: number, norm: number): Promise<UnrolledError> {
    const found = await diagnose({
      model: this.#model,
      parameters: await this.read(),
      gradients: await this.#runner.gradients(),
      batch: this.#bptt.batch,
      window: await this.#bptt.ran(),
      steps: course.windows.segment,
      seed: this.#seed,
    })
    return ranAway(
      `update ${step}: the loss is ${loss}, the norm of the gradient ${norm}; ${found}. ` +
        `The model has the weights of update ${step - 1}`,
    )
  }
}

/** Arrays as a file holds them, their names under a prefix. */
const arrays = (prefix: string, values: ReadonlyMap<string, Float32Array>): Named =>
  named<Tensor>([...values].map(([name, data]) => [`${prefix}.${name}`, { shape: [data.length], data }]))
