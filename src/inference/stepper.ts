import { layerGraph, mainOf, optionalOf, type Layer, type Nodes } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import {
  backendFor,
  held,
  padded,
  type Held,
  type InferenceOptions,
  type Numbers,
  type Runner,
  type Slot,
  type Task,
} from '../runtime/index.ts'
import type { Named, Tensor } from '../tensor.ts'

/** Most steps run at once; longer inputs go through in pieces, which changes no bit. */
export const windowSteps = 64

/** Where some sequences stand that are stepped together. Several streams may be under way in one stepper. */
export interface Stream {
  readonly parameters: Named
  /** Sequences. */
  readonly batch: number
  /** The states, while those of another stream are what programs go on from. */
  kept: Slot | undefined
}

/**
 * Runs sequences through a layer, a step or a window at a time, their states carried on. Program, memory and arrays are kept
 * for the next step and the next stream; parameters are uploaded only when they are others than before.
 */
export class Stepper {
  readonly #runner: Runner
  readonly #task: Task
  readonly #x: Nodes[string]
  readonly #output: string
  /** Whether what comes out has a row for each step, of which the last is wanted. */
  readonly #everyStep: boolean
  readonly #columns: { readonly input: number; readonly output: number }
  #current: Stream | undefined

  private constructor(layer: Layer, runner: Runner, task: Task, x: Nodes[string]) {
    this.#runner = runner
    this.#task = task
    this.#x = x
    const [output, { columns, axes }] = mainOf(layer.outputs, 'output')
    this.#output = output
    this.#everyStep = axes.includes('time')
    this.#columns = { input: padded(x.shape.columns), output: padded(columns) }
  }

  /** The stepper of a model on a backend, with weights in a format; made once, and kept while it is held. */
  static async of({ layer }: Pick<Model, 'layer'>, engine: InferenceOptions = {}): Promise<Held<Stepper>> {
    const { weights = 'float32' } = engine
    const key = `step, ${weights}`
    return held(layer, await backendFor(engine), key, { weights }, (runner) => Stepper.#create(layer, runner))
  }

  static async #create(layer: Layer, runner: Runner): Promise<Stepper> {
    const { inputs, outputs, parameters, states } = layerGraph(layer, {
      training: false,
      lengths: false,
      without: optionalOf(layer.inputs),
    })
    const task = await runner.load((of) => of.forwardComputation('step', { parameters, states, outputs, sums: {} }))
    return new Stepper(layer, runner, task, inputs[mainOf(layer.inputs, 'x')[0]]!)
  }

  /** So many new sequences, from initial states. */
  begin(parameters: Named, batch = 1): Stream {
    return { parameters, batch, kept: undefined }
  }

  /** Whether a step can be done at once. */
  get immediate(): boolean {
    return this.#runner.backend.readSync !== undefined
  }

  /** An array of zeros as precise as the backend computes. */
  numbers(length: number): Numbers {
    return this.#runner.numbers(length)
  }

  /**
   * Moves a stream on by up to `windowSteps` steps: `x` holds `[steps, batch] × input`, rows padded as device memory has them. The
   * output of the last is read to `into`, as far as there is room, rows padded too; at once where the backend can. All is asked for
   * before anything is waited for, so that nothing of another stream comes in between. After the first call of a length, makes no
   * typed array.
   */
  step(stream: Stream, x: Numbers, into: Numbers): Promise<void> | undefined {
    const steps = x.length / (stream.batch * this.#columns.input)
    const extents = this.#turnTo(stream, steps)
    this.#runner.use(stream.parameters)
    this.#runner.put(this.#x, x)
    this.#task.run(extents, noScalars)
    const at = this.#everyStep ? (steps - 1) * stream.batch * this.#columns.output : 0
    return this.#runner.readSoon(this.#output, at, into)
  }

  /** The states of a stream by name, `[batch, columns]` each. */
  states(stream: Stream): Promise<Record<string, Tensor>> {
    this.#turnTo(stream, 1)
    return this.#runner.states.final(stream.batch)
  }

  /** Lets a stream go on from given states. */
  restore(stream: Stream, states: Readonly<Record<string, Tensor>>): void {
    this.#turnTo(stream, 1)
    this.#runner.states.begin(stream.batch, states)
  }

  /** Another stream that stands where this one does. */
  fork(stream: Stream): Stream {
    this.#turnTo(stream, 1)
    const kept = this.#runner.states.slot(stream.batch)
    this.#runner.states.keep(kept)
    return { ...stream, kept }
  }

  /** The stream ends; what it had on the device is given back. */
  end(stream: Stream): void {
    if (stream === this.#current) this.#current = undefined
    if (stream.kept) this.#runner.states.free(stream.kept)
    stream.kept = undefined
  }

  /** Makes a stream the one that programs go on from, with room for so many steps of it. */
  #turnTo(stream: Stream, steps: number): ReturnType<Runner['extents']> {
    const extents = this.#runner.extents(steps, stream.batch)
    // Before memory that is too small is exchanged.
    if (stream !== this.#current) this.#leave()
    this.#task.fit(extents)
    if (stream !== this.#current) this.#enter(stream)
    return extents
  }

  #leave(): void {
    const { states } = this.#runner
    const left = this.#current
    if (!left) return
    left.kept ??= states.slot(left.batch)
    states.keep(left.kept)
    this.#current = undefined
  }

  #enter(stream: Stream): void {
    const { states } = this.#runner
    if (stream.kept) states.bring(stream.kept)
    else states.begin(stream.batch)
    this.#current = stream
  }
}

const noScalars = {}
