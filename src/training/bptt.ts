import type { TrainingBatch } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { modelGraph, weigh, type Model } from '../models/index.ts'
import { adjointRegion, padded, stateRegion, type Task, type Workspace } from '../runtime/index.ts'

/** How far errors flow back and how often weights change, in steps: TBPTT(k1, k2) of Williams & Peng 1990. */
export interface WindowOptions {
  /** k1: steps between updates. */
  readonly every: number
  /** k2: steps an error flows back; at least k1. */
  readonly unroll: number
  /** Steps kept in memory at once, a multiple of 8; longer windows are run twice, segment by segment. */
  readonly segment: number
  /** Parameters whose gradient is not wanted; none. */
  readonly frozen?: ReadonlySet<string>
}

/** A window as it was run: its steps of the batch, the first that counted, and the states it started from. */
export interface RanWindow {
  readonly start: number
  readonly end: number
  readonly counted: number
  readonly origin: number
  /** In the order of the layer's states, rows padded as device memory has them. */
  readonly states: readonly Float32Array[]
}

type Extents = { readonly time: number; readonly batch: number }

/**
 * Backpropagation through time over batches of sequences. Update n covers steps [n·k1 − k2, n·k1): they are rerun with the
 * weights of now from the state stored for their first step, only the losses of the last k1 count, and the next window starts
 * from the state this run reached after its first steps. A window longer than a segment is checkpointed: states are stored at
 * the borders of segments, and segments are differentiated from the last to the first, the adjoints of states carried over.
 */
export class Bptt {
  readonly #workspace: Workspace
  readonly #model: Model
  readonly #options: WindowOptions
  /** Programs without and with lengths of sequences; made when first needed. */
  readonly #programs = new Map<boolean, Promise<{ window: Task; advance: Task }>>()
  readonly #extents = new Map<number, Extents>()
  readonly #scalars = { seed: 0, step: 0, window: 0, sequence: 0 }
  readonly #loss = new Float32Array(1)
  readonly #zero = new Float32Array(1)
  #batch: TrainingBatch | undefined
  #task: { window: Task; advance: Task } | undefined
  #x = new Float32Array(0)
  #targets = new Float32Array(0)
  #weights = new Float32Array(0)
  #lengths = new Float32Array(0)
  /** States at the start of the next window, then one set for each border of segments. */
  #states: Float32Array[][] = []
  /** States at the start of the last window, or room for those of the next. */
  #before: Float32Array[] = []
  #ran: RanWindow | undefined
  #zeros: Float32Array[] = []
  /** Step the next window starts from, and the step it ends at. */
  #start = 0
  #end = 0
  #prepared = false

  constructor(workspace: Workspace, model: Model, options: WindowOptions, seed: number) {
    this.#workspace = workspace
    this.#model = model
    this.#options = options
    this.#scalars.seed = seed
  }

  /** Steps of the current batch that have been trained on. */
  get position(): number {
    return this.#end
  }

  /** Step of the current batch from which the next window starts. */
  get start(): number {
    return this.#start
  }

  get batch(): TrainingBatch {
    return this.#batch!
  }

  get done(): boolean {
    return this.#end >= (this.#batch?.steps ?? 0)
  }

  /** Begins a batch, from initial states. */
  async begin(batch: TrainingBatch): Promise<void> {
    this.#batch = batch
    const lengths = batch.lengths !== undefined
    const made = this.#programs.get(lengths) ?? this.#load(lengths)
    this.#programs.set(lengths, made)
    this.#task = await made
    this.#start = 0
    this.#end = 0
    this.#reserve(batch)
    this.#model.layer.states.forEach(({ initial }, i) => this.#states[0]![i]!.fill(initial))
  }

  /** The states from which the next window starts, for a checkpoint. */
  save(): ReadonlyMap<string, Float32Array> {
    return new Map(this.#model.layer.states.map(({ name }, i) => [name, this.#states[0]![i]!.slice()]))
  }

  /**
   * Goes on where `save` was called; after `begin` of the same batch.
   * @throws UnrolledError `checkpoint` for states that do not fit.
   */
  restore(start: number, end: number, states: ReadonlyMap<string, ArrayLike<number>>): void {
    this.#start = start
    this.#end = end
    for (const [i, { name }] of this.#model.layer.states.entries()) {
      const into = this.#states[0]![i]!
      const stored = states.get(name)
      if (stored?.length !== into.length) {
        throw new UnrolledError(
          'checkpoint',
          `train: the stored run does not fit: its state ${name} has ${stored?.length ?? 0} numbers, not ${into.length}`,
        )
      }
      into.set(stored)
    }
  }

  /**
   * Runs the next window forward and backward; gradients are added to the region `gradients`. `origin` is the number of the
   * batch's first step in the whole run, for random masks. Gives the sum of weighted losses over counted positions, times `share`.
   */
  async next(origin: number, share: number): Promise<number> {
    const before = this.#end
    const end = this.nextEnd
    const start = this.#start
    const next = this.#nextStart
    const states = this.#states[0]!
    this.#scalars.window = origin + start
    this.#prepared = false
    this.#workspace.write('loss', 0, this.#zero)
    this.#clearAdjoints()
    await this.#backward(start, end, before, share, origin)
    this.#end = end
    // A new window begins at its end, or at a step inside of it that is reached again.
    await this.#goOn(start, next, next < end, origin)
    await this.#workspace.read('loss', 0, this.#loss)
    this.#ran = { start, end, counted: before, origin, states }
    return this.#loss[0]!
  }

  /** The last window that `next` ran, for those who want to know what went wrong in it. */
  get ran(): RanWindow {
    return this.#ran!
  }

  /** Passes the next window, none of whose positions counts: it only carries the states on. */
  async skip(origin: number): Promise<void> {
    const start = this.#start
    const next = this.#nextStart
    this.#scalars.window = origin + start
    this.#prepared = false
    this.#end = this.nextEnd
    await this.#goOn(start, next, true, origin)
  }

  /** Step of the current batch up to which the next window counts. */
  get nextEnd(): number {
    return Math.min(this.#end + this.#options.every, this.batch.steps)
  }

  /** Where the window after the next starts. */
  get #nextStart(): number {
    const end = this.nextEnd
    const { every, unroll } = this.#options
    return Math.min(end, Math.max(this.#start, Math.min(end + every, this.batch.steps) - unroll))
  }

  /** Makes `next` the step the next window starts from; runs there from `start`, or the device's states are those of it. */
  async #goOn(start: number, next: number, run: boolean, origin: number): Promise<void> {
    if (next > start) {
      if (run) {
        this.#writeStates(0)
        this.#forward(start, next, origin)
      }
      const old = this.#before
      this.#before = this.#states[0]!
      this.#states[0] = old
      await this.#readStates(0)
    }
    this.#start = next
  }

  async #load(lengths: boolean): Promise<{ window: Task; advance: Task }> {
    const { loss, parameters, states } = modelGraph(this.#model, { training: true, lengths })
    const name = lengths ? 'window with lengths' : 'window'
    const graph = { parameters, states, outputs: {}, sums: { loss } }
    return {
      window: await this.#workspace.load((of) =>
        of.windowComputation(name, graph, { loss: 'loss', frozen: this.#options.frozen }),
      ),
      advance: await this.#workspace.load((of) => of.forwardComputation(`${name}, forward`, { ...graph, sums: {} })),
    }
  }

  /** One whole window, in as many segments as it takes. */
  async #backward(start: number, end: number, counted: number, share: number, origin: number): Promise<void> {
    const { segment } = this.#options
    const count = Math.max(1, Math.ceil((end - start) / segment))
    this.#writeStates(0)
    for (let i = 0; i + 1 < count; i++) {
      const from = start + i * segment
      this.#forward(from, from + segment, origin)
      await this.#readStates(i + 1)
    }
    for (let i = count - 1; i >= 0; i--) {
      const from = start + i * segment
      const to = Math.min(from + segment, end)
      if (i < count - 1) this.#writeStates(i)
      const extents = this.#put(from, to - from, counted, share)
      this.#scalars.step = origin + from
      const { window } = this.#task!
      if (i === count - 1) window.prepare(extents)
      window.run(extents, this.#scalars)
      // The last segment comes first, and its final states are the window's.
      if (i === count - 1 && count > 1) await this.#readStates(count)
      if (i === 0) window.finish(extents, this.#scalars)
    }
    if (count > 1) this.#writeStates(count)
  }

  /** Moves the states on, without gradients. */
  #forward(from: number, to: number, origin: number): void {
    const { segment } = this.#options
    const { advance } = this.#task!
    for (let at = from; at < to; at += segment) {
      const extents = this.#put(at, Math.min(segment, to - at), to, 0)
      this.#scalars.step = origin + at
      // Weights stay as they are until the update is made.
      if (!this.#prepared) advance.prepare(extents)
      this.#prepared = true
      advance.run(extents, this.#scalars)
    }
  }

  /** Writes the inputs of some steps to the device. */
  #put(from: number, count: number, counted: number, share: number): Extents {
    const batch = this.#batch!
    const extents = this.#extentsOf(count, batch.batch)
    this.#task!.window.fit(extents)
    batch.fill(from, count, this.#x, this.#targets)
    this.#workspace.write('x', 0, this.#x)
    this.#fillWeights(from, count, counted, share)
    this.#workspace.write('targets', 0, this.#targets)
    this.#workspace.write('weights', 0, this.#weights)
    if (batch.lengths) {
      // What is left of each sequence in these steps.
      for (let b = 0; b < batch.batch; b++) {
        this.#lengths[b] = Math.max(0, Math.min(count, batch.lengths[b]! - from))
      }
      this.#workspace.write('lengths', 0, this.#lengths)
    }
    return extents
  }

  /** Gives each position that counts, from step `counted` on, its share. */
  #fillWeights(from: number, count: number, counted: number, share: number): void {
    const { batch } = this.#batch!
    weigh(this.#model, this.#batch!, from, count, this.#targets, this.#weights)
    for (let i = 0; i < count * batch; i++) {
      this.#weights[i] = from + Math.floor(i / batch) >= counted ? this.#weights[i]! * share : 0
    }
  }

  #extentsOf(time: number, batch: number): Extents {
    const key = time * 2 ** 32 + batch
    const known = this.#extents.get(key) ?? { time, batch }
    this.#extents.set(key, known)
    return known
  }

  #clearAdjoints(): void {
    this.#model.layer.states.forEach(({ name }, i) => this.#workspace.write(adjointRegion(name), 0, this.#zeros[i]!))
  }

  #writeStates(set: number): void {
    this.#model.layer.states.forEach(({ name }, i) =>
      this.#workspace.write(stateRegion(name), 0, this.#states[set]![i]!),
    )
  }

  async #readStates(set: number): Promise<void> {
    const { states } = this.#model.layer
    for (let i = 0; i < states.length; i++) {
      await this.#workspace.read(stateRegion(states[i]!.name), 0, this.#states[set]![i]!)
    }
  }

  /** Sees to host arrays large enough for a batch, and to the regions they are written to. */
  #reserve({ batch, steps }: TrainingBatch): void {
    const { unroll, segment } = this.#options
    const { layer, loss } = this.#model
    const whole = Math.min(unroll, steps)
    const count = Math.min(segment, whole)
    const rows = count * batch
    this.#task!.window.fit(this.#extentsOf(count, batch))
    const floats = rows * padded(layer.input)
    const targetFloats = rows * padded(loss.target(layer.output).columns)
    if (this.#x.length !== floats) this.#x = new Float32Array(floats)
    if (this.#targets.length !== targetFloats) this.#targets = new Float32Array(targetFloats)
    if (this.#weights.length !== rows) this.#weights = new Float32Array(rows)
    if (this.#lengths.length !== batch) this.#lengths = new Float32Array(batch)
    const sets = Math.ceil(whole / segment) + 2
    const make = (): Float32Array[] => layer.states.map(({ columns }) => new Float32Array(batch * padded(columns)))
    if (
      this.#states.length >= sets &&
      this.#zeros.every((zero, i) => zero.length === batch * padded(layer.states[i]!.columns))
    ) {
      return
    }
    this.#states = Array.from({ length: sets }, make)
    this.#before = make()
    this.#zeros = make()
  }
}
