import { layerGraph, mainOf, type Layer, type Nodes } from '../layers/index.ts'
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
import type { Named } from '../tensor.ts'

/** Most steps run at once; longer inputs go through in pieces, which changes no bit. */
export const windowSteps = 64

/** Where some sequences stand that are stepped together. Several streams may be under way in one stepper. */
export interface Stream {
  readonly parameters: Named
  /** Sequences. */
  readonly batch: number
  /** The states, while those of another stream are what programs go on from. */
  kept: Slot | undefined
  /** The output of the last step: that of one sequence alone, those of several padded as device memory has them. */
  readonly output: Numbers
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
  readonly #columns: { readonly input: number; readonly output: number; readonly width: number }
  #current: Stream | undefined

  private constructor(layer: Layer, runner: Runner, task: Task, x: Nodes[string]) {
    this.#runner = runner
    this.#task = task
    this.#x = x
    const [output, { columns, axes }] = mainOf(layer.outputs, 'output')
    this.#output = output
    this.#everyStep = axes.includes('time')
    this.#columns = { input: padded(x.shape.columns), output: padded(columns), width: columns }
  }

  /** The stepper of a model on a backend, with weights in a format; made once, and kept while it is held. */
  static async of({ layer }: Pick<Model, 'layer'>, engine: InferenceOptions = {}): Promise<Held<Stepper>> {
    const { weights = 'float32' } = engine
    const key = `step, ${weights}`
    return held(layer, await backendFor(engine), key, { weights }, (runner) => Stepper.#create(layer, runner))
  }

  static async #create(layer: Layer, runner: Runner): Promise<Stepper> {
    const { inputs, outputs, parameters, states } = layerGraph(layer, { training: false, lengths: false })
    const task = await runner.load((of) => of.forwardComputation('step', { parameters, states, outputs, sums: {} }))
    return new Stepper(layer, runner, task, inputs[mainOf(layer.inputs, 'x')[0]]!)
  }

  /** So many new sequences, from initial states. */
  begin(parameters: Named, batch = 1): Stream {
    const { output, width } = this.#columns
    const floats = batch === 1 ? width : batch * output
    return { parameters, batch, kept: undefined, output: new Float32Array(floats) }
  }

  /**
   * Moves a stream on by up to `windowSteps` steps: `x` holds `[steps, batch] × input`, rows padded as device memory has them.
   * Then `stream.output` is the last step's output. After the first call of a length, makes no typed array.
   */
  async push(stream: Stream, x: Float32Array): Promise<void> {
    const read = this.#push(stream, x)
    if (read) await read
  }

  /** The stream ends; what it had on the device is given back. */
  end(stream: Stream): void {
    if (stream === this.#current) this.#current = undefined
    if (stream.kept) this.#runner.states.free(stream.kept)
    stream.kept = undefined
  }

  /** All is asked for at once, so that nothing of another stream comes in between. */
  #push(stream: Stream, x: Float32Array): Promise<void> | undefined {
    const { batch } = stream
    const steps = x.length / (batch * this.#columns.input)
    const extents = this.#runner.extents(steps, batch)
    // Before memory that is too small is exchanged.
    if (stream !== this.#current) this.#leave()
    this.#task.fit(extents)
    if (stream !== this.#current) this.#enter(stream)
    this.#runner.use(stream.parameters)
    this.#runner.put(this.#x, x)
    this.#task.run(extents, noScalars)
    const at = this.#everyStep ? (steps - 1) * batch * this.#columns.output : 0
    return this.#runner.readSoon(this.#output, at, stream.output)
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
