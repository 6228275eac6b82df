import type { TrainingBatch } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { Feed, kindOf, namedBy, type Kind } from '../inference/feed.ts'
import { modelGraph, type LossGraph, type Model } from '../models/index.ts'
import type { Numbers, Runner, Slot, Task } from '../runtime/index.ts'
import type { OwnSymbols, SampledWindow } from './scheduled-sampling/own-symbols.ts'

/** How far errors flow back and how often weights change, in steps: TBPTT(k1, k2) of Williams & Peng 1990. */
export interface WindowOptions {
  /** k1: steps between updates. */
  readonly every: number
  /** k2: steps an error flows back; at least k1. */
  readonly unroll: number
  /** Steps kept in memory at once, a multiple of 8; longer windows are run twice, segment by segment. */
  readonly segment: number
}

/** A window as it was run: its steps of the batch, the first that counted, and the states it started from. */
export interface RanWindow {
  readonly start: number
  readonly end: number
  readonly counted: number
  readonly origin: number
  /** In the order of the layer's states, rows padded as device memory has them. */
  readonly states: readonly Numbers[]
  /** What it read in place of what is true. */
  readonly own?: OwnSymbols | undefined
}

/** The programs of batches of a kind. */
interface Programs {
  readonly graph: LossGraph
  /** Forward and backward. */
  readonly window: Task
  /** Forward alone. */
  readonly advance: Task
}

/**
 * Backpropagation through time over batches of sequences. Update n covers steps [n·k1 − k2, n·k1): they are rerun with the
 * weights of now from the state stored for their first step, only the losses of the last k1 count, and the next window starts
 * from the state this run reached after its first steps. A window longer than a segment is checkpointed: states are stored at
 * the borders of segments, and segments are differentiated from the last to the first, the adjoints of states carried over.
 */
export class Bptt {
  readonly #runner: Runner
  readonly #model: Model
  readonly #frozen: ReadonlySet<string> | undefined
  readonly #programs = new Map<Kind, Promise<Programs>>()
  readonly #scalars = { seed: 0, step: 0, window: 0, sequence: 0 }
  readonly #feed: Feed
  #options: WindowOptions | undefined
  #batch: TrainingBatch | undefined
  #made: Programs | undefined
  /** States at the start of the next window; those of the last one, or room for those of the one after. */
  #states: [Slot, Slot] | undefined
  /** States at the borders of segments, the first of them at the end of the first segment. */
  #borders: Slot[] = []
  #initial: Slot | undefined
  #zeros: Slot | undefined
  #ran: (Omit<RanWindow, 'states'> & { readonly states: Slot }) | undefined
  /** Segments since somebody waited for one. */
  #segments = 0
  /** What the model would have written, of a model that reads some of it. */
  readonly #own: OwnSymbols | undefined
  /** The same, of a window that does. */
  #reads: OwnSymbols | undefined
  readonly #one = new Float32Array(1)
  /** Step the next window starts from, and the step it ends at. */
  #start = 0
  #end = 0

  /** No gradient is worked out for the parameters of the names that are `frozen`. */
  constructor(runner: Runner, model: Model, seed: number, frozen?: ReadonlySet<string>, own?: OwnSymbols) {
    this.#runner = runner
    this.#model = model
    this.#scalars.seed = seed
    this.#frozen = frozen
    this.#own = own
    this.#feed = new Feed(model)
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

  /** Begins a batch, from initial states. */
  async begin(batch: TrainingBatch, options: WindowOptions): Promise<void> {
    const kind = kindOf(batch)
    const made = this.#programs.get(kind) ?? this.#load(kind)
    this.#programs.set(kind, made)
    this.#made = await made
    this.#batch = batch
    this.#options = options
    this.#start = 0
    this.#end = 0
    this.#reserve(batch)
    this.#runner.states.bring(this.#initial!)
    this.#runner.states.keep(this.#states![0])
  }

  /** The states from which the next window starts, for a checkpoint. */
  async save(): Promise<ReadonlyMap<string, Float32Array>> {
    const values = await this.#runner.states.read(this.#states![0])
    return new Map(this.#model.layer.states.map(({ name }, i) => [name, Float32Array.from(values[i]!)]))
  }

  /**
   * Goes on where `save` was called; after `begin` of the same batch.
   * @throws UnrolledError `checkpoint` for states that do not fit.
   */
  restore(start: number, end: number, states: ReadonlyMap<string, Float32Array>): void {
    const slot = this.#states![0]
    const fitting = this.#runner.states.sizes(slot).map(({ name, floats }) => {
      const stored = states.get(name)
      if (stored?.length === floats) return stored
      throw new UnrolledError(
        'checkpoint',
        `train: the stored run does not fit: its state ${name} has ${stored?.length ?? 0} numbers, not ${floats}`,
      )
    })
    this.#runner.states.write(slot, fitting)
    this.#start = start
    this.#end = end
  }

  /**
   * Runs the next window forward and backward: gradients are added to those there are, and the sum `loss` becomes that of the weighted
   * losses over its counted positions, times `share`. `origin` is the number of the batch's first step in the whole run, for
   * random masks; with a probability of `sampled` a step reads the model's own symbol. Its end is not waited for.
   */
  async next(origin: number, share: number, sampled = 0): Promise<void> {
    const counted = this.#end
    const end = this.nextEnd
    const start = this.#start
    const next = this.#nextStart
    const [states] = this.#states!
    this.#scalars.window = origin + start
    this.#segments = 0
    this.#reads = undefined
    if (this.#own && sampled > 0)
      this.#reads = await this.#written(this.#own, { start, end, origin, probability: sampled })
    this.#runner.clearSum('loss')
    this.#runner.states.bringAdjoints(this.#zeros!)
    await this.#backward(start, end, counted, share, origin)
    this.#end = end
    // A new window begins at its end, or at a step inside of it that is reached again.
    await this.#goOn(start, next, next < end, origin)
    this.#ran = { start, end, counted, origin, states, own: this.#reads }
  }

  /** The last window that `next` ran, for those who want to know what went wrong in it. */
  async ran(): Promise<RanWindow> {
    const ran = this.#ran!
    return { ...ran, states: await this.#runner.states.read(ran.states) }
  }

  /** Passes the next window, none of whose positions counts: it only carries the states on. */
  async skip(origin: number): Promise<void> {
    const start = this.#start
    const next = this.#nextStart
    this.#scalars.window = origin + start
    this.#end = this.nextEnd
    this.#reads = undefined
    await this.#goOn(start, next, true, origin)
  }

  /** Step of the current batch up to which the next window counts. */
  get nextEnd(): number {
    return Math.min(this.#end + this.#options!.every, this.batch.steps)
  }

  /** Where the window after the next starts. */
  get #nextStart(): number {
    const end = this.nextEnd
    const { every, unroll } = this.#options!
    return Math.min(end, Math.max(this.#start, Math.min(end + every, this.batch.steps) - unroll))
  }

  /** Makes `next` the step the next window starts from; runs there from `start`, or the device's states are those of it. */
  async #goOn(start: number, next: number, run: boolean, origin: number): Promise<void> {
    if (next > start) {
      const pair = this.#states!
      const [states, room] = pair
      if (run) {
        this.#runner.states.bring(states)
        await this.#forward(start, next, origin)
      }
      this.#runner.states.keep(room)
      pair[0] = room
      pair[1] = states
    }
    this.#start = next
  }

  async #load(kind: Kind): Promise<Programs> {
    const made = await modelGraph(this.#model, { training: true, ...kind })
    const { loss, parameters, states } = made
    const name = namedBy('window', kind)
    const graph = { parameters, states, outputs: {}, sums: { loss } }
    const written = this.#own && { [this.#own.output]: made.outputs[this.#own.output]! }
    return {
      graph: made,
      window: await this.#runner.load((of) =>
        of.windowComputation(name, graph, { loss: 'loss', frozen: this.#frozen }),
      ),
      advance: await this.#runner.load((of) =>
        of.forwardComputation(`${name}, forward`, { ...graph, outputs: { ...written }, sums: {} }),
      ),
    }
  }

  /** One whole window, in as many segments as it takes. */
  async #backward(start: number, end: number, counted: number, share: number, origin: number): Promise<void> {
    const { segment } = this.#options!
    const { states } = this.#runner
    const { window } = this.#made!
    const last = Math.max(1, Math.ceil((end - start) / segment)) - 1
    states.bring(this.#states![0])
    for (let i = 0; i < last; i++) {
      const from = start + i * segment
      await this.#forward(from, from + segment, origin)
      states.keep(this.#borders[i]!)
    }
    for (let i = last; i >= 0; i--) {
      const from = start + i * segment
      const to = Math.min(from + segment, end)
      if (i < last) states.bring(i === 0 ? this.#states![0] : this.#borders[i - 1]!)
      const extents = this.#put(from, to - from, counted, share)
      this.#scalars.step = origin + from
      window.run(extents, this.#scalars)
      // The last segment comes first, and its final states are the window's.
      if (i === last && last > 0) states.keep(this.#borders[last]!)
      if (i === 0) window.finish(extents, this.#scalars)
      else await this.#rest()
    }
    if (last > 0) states.bring(this.#borders[last]!)
  }

  /** What the model would write at each step of the next window, of which every step reads what is true. */
  async #written(own: OwnSymbols, window: Omit<SampledWindow, 'batch'>): Promise<OwnSymbols> {
    own.begin({ ...window, batch: this.batch.batch })
    this.#runner.states.bring(this.#states![0])
    await this.#forward(window.start, window.end, window.origin, own)
    return own
  }

  /** Moves the states on, without gradients; what comes out may be looked at. */
  async #forward(from: number, to: number, origin: number, own?: OwnSymbols): Promise<void> {
    const { segment } = this.#options!
    for (let at = from; at < to; at += segment) {
      const count = Math.min(segment, to - at)
      const extents = this.#put(at, count, to, 0)
      this.#scalars.step = origin + at
      this.#made!.advance.run(extents, this.#scalars)
      if (own) await own.look(at, count)
      else await this.#rest()
    }
  }

  /** Of many segments, waits for some now and then: the line of work must not become so long that adding to it takes waiting. */
  async #rest(): Promise<void> {
    this.#segments = (this.#segments + 1) % 4
    if (this.#segments === 0) await this.#runner.read('loss', 0, this.#one)
  }

  /** Writes the inputs of some steps to the device: each position that counts, from step `counted` on, with its share. */
  #put(from: number, count: number, counted: number, share: number): ReturnType<Runner['extents']> {
    const extents = this.#feed.extents(this.#runner, count, this.#batch!)
    this.#made!.window.fit(extents)
    this.#feed.take(this.#batch!, from, count, counted)
    this.#reads?.exchange(this.#feed, from, count)
    this.#feed.share(share)
    this.#feed.put(this.#runner, this.#made!.graph)
    return extents
  }

  /** Sees to room for a batch, on both sides. */
  #reserve(whole: TrainingBatch): void {
    const { batch, steps } = whole
    const { unroll, segment } = this.#options!
    const { states } = this.#runner
    const longest = Math.min(unroll, steps)
    const count = Math.min(segment, longest)
    this.#made!.window.fit(this.#feed.extents(this.#runner, count, whole))
    this.#feed.reserve(count, batch)
    if (this.#zeros?.batch !== batch) {
      for (const slot of [this.#initial, this.#zeros, ...(this.#states ?? []), ...this.#borders]) {
        if (slot) states.free(slot)
      }
      this.#initial = states.slot(batch)
      this.#zeros = states.slot(batch)
      this.#states = [states.slot(batch), states.slot(batch)]
      this.#borders = []
      states.begin(batch)
      states.keep(this.#initial)
    }
    // One behind each segment, where there are several.
    const segments = Math.ceil(longest / segment)
    while (segments > 1 && this.#borders.length < segments) this.#borders.push(states.slot(batch))
  }
}
