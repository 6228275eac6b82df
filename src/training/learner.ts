import { UnrolledError } from '../error.ts'
import { parameter } from '../graph/index.ts'
import type { Model } from '../models/index.ts'
import { ParameterLayout, Workspace, type Backend, type KernelTime } from '../runtime/index.ts'
import { named, type Named, type Tensor } from '../tensor.ts'
import { Bptt } from './bptt.ts'
import { Course } from './course.ts'
import { diagnose } from './diagnosis.ts'
import type { Settings } from './options.ts'
import type { Parts } from './parts.ts'
import { rateGroups } from './rate-groups.ts'
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

/** The model on the device: its gradients, its updates, and its way through the data. */
export class Learner {
  readonly course: Course
  /** Parameters as they lie in device memory; what was read last. */
  readonly flat: Float32Array
  readonly #model: Model
  readonly #settings: Settings
  readonly #workspace: Workspace
  readonly #layout: ParameterLayout
  readonly #bptt: Bptt
  readonly #update: Update

  private constructor(
    model: Model,
    parts: Parts,
    settings: Settings,
    workspace: Workspace,
    layout: ParameterLayout,
    update: Update,
  ) {
    this.#model = model
    this.#settings = settings
    this.#workspace = workspace
    this.#layout = layout
    this.#update = update
    this.flat = new Float32Array(layout.floats)
    this.#bptt = new Bptt(workspace, model, { ...settings, frozen: settings.trained.frozen }, settings.seed)
    this.course = new Course(parts.training, this.#bptt, model, settings)
  }

  static async create(backend: Backend, model: Model, parts: Parts, settings: Settings): Promise<Learner> {
    const { optimizer, clipping, profile, trained } = settings
    const workspace = new Workspace(backend, { profile })
    try {
      const layout = new ParameterLayout(model.layer.declared.map(({ name, shape }) => parameter(name, shape)))
      const update = await Update.create(workspace, layout.floats, optimizer, clipping, rateGroups(trained, layout))
      return new Learner(model, parts, settings, workspace, layout, update)
    } catch (error) {
      workspace.dispose()
      throw error
    }
  }

  /** Floats of all parameters, pads included; an optimizer's moments have as many. */
  get floats(): number {
    return this.#layout.floats
  }

  write(parameters: Named): void {
    this.#layout.pack(parameters, this.flat)
    this.#workspace.write('parameters', 0, this.flat)
  }

  /** The values now, read at once, where the backend can. */
  get readSync(): (() => Named) | undefined {
    const { backend } = this.#workspace
    if (!backend.readSync) return undefined
    return () => {
      backend.readSync!(this.#workspace.memory('parameters'), 0, this.flat)
      return this.#layout.unpack(this.flat)
    }
  }

  /** The values now. */
  async read(): Promise<Named> {
    await this.#workspace.read('parameters', 0, this.flat)
    return this.#layout.unpack(this.flat)
  }

  unpack(flat: Float32Array): Named {
    return this.#layout.unpack(flat)
  }

  /**
   * Works out the gradient of update number `step`: that of the mean loss over all counted positions of its windows.
   * @throws UnrolledError `non-finite` where loss or gradient is not a number.
   */
  async gradient(step: number): Promise<Gradient> {
    const { windows, positions, weight } = this.course.ahead(this.#settings.accumulate)
    let loss = 0
    let norm = 0
    for (let made = 0; made < windows; made++) {
      if (made > 0) await this.course.settle()
      const part = await this.course.window(1 / weight)
      // After each window, so that the one that is to blame is still at hand.
      norm = await this.#update.norm()
      loss += part
      if (!Number.isFinite(part) || !Number.isFinite(norm)) throw await this.#nonFinite(step, loss, norm)
    }
    return { loss, norm, positions, weight }
  }

  /** Makes update number `step` by the gradient, and clears that. */
  apply(step: number, lr: number): void {
    this.#update.apply(step, lr)
  }

  /** States and moments by name, for a checkpoint. */
  async save(): Promise<Named> {
    const arrays = named<Tensor>([])
    const add = (prefix: string, values: ReadonlyMap<string, Float32Array>): void => {
      for (const [name, data] of values) arrays[`${prefix}.${name}`] = { shape: [data.length], data }
    }
    add('state', this.#bptt.save())
    add('moment', await this.#update.save())
    return arrays
  }

  restoreMoments(moments: ReadonlyMap<string, Float32Array>): void {
    this.#update.restore(moments)
  }

  kernels(): KernelTime[] {
    return this.#workspace.kernels()
  }

  dispose(): void {
    this.#workspace.dispose()
  }

  /** The error that says what went wrong in the last window; the weights are still those of before. */
  async #nonFinite(step: number, loss: number, norm: number): Promise<UnrolledError> {
    const parameters = await this.read()
    const gradients = new Float32Array(this.#layout.floats)
    await this.#workspace.read('gradients', 0, gradients)
    const found = diagnose({
      model: this.#model,
      parameters,
      gradients: this.#layout.unpack(gradients),
      batch: this.#bptt.batch,
      window: this.#bptt.ran,
      steps: this.#settings.segment,
      seed: this.#settings.seed,
    })
    return new UnrolledError(
      'non-finite',
      `update ${step}: the loss is ${loss}, the norm of the gradient ${norm}; ${found}. ` +
        `The model has the weights of update ${step - 1}; try a lower learning rate or clipping`,
    )
  }
}
