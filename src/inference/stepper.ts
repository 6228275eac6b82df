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
  type Task,
} from '../runtime/index.ts'
import type { Named } from '../tensor.ts'
import { Streams, type Stream } from './streams.ts'

/** Most steps run at once; longer inputs go through in pieces, which changes no bit. */
export const windowSteps = 64

/**
 * Runs sequences through a layer, a step or a window at a time, their states carried on. Program, memory and arrays are kept
 * for the next step and the next stream; parameters are uploaded only when they are others than before.
 */
export class Stepper extends Streams<Stream> {
  readonly #task: Task
  readonly #x: Nodes[string]
  readonly #output: string
  /** Whether what comes out has a row for each step, of which the last is wanted. */
  readonly #everyStep: boolean
  readonly #columns: { readonly input: number; readonly output: number }

  private constructor(layer: Layer, runner: Runner, task: Task, x: Nodes[string]) {
    super(runner)
    this.#task = task
    this.#x = x
    const [output, { columns, axes }] = mainOf(layer.outputs, 'output')
    this.#output = output
    this.#everyStep = axes.includes('time')
    this.#columns = { input: padded(x.shape.columns), output: padded(columns) }
  }

  /** The stepper of a model on a backend, with weights in a format; made once, and kept while it is held. */
  static async of({ layer }: Pick<Model, 'layer'>, options: InferenceOptions = {}): Promise<Held<Stepper>> {
    const { weights = 'float32', ...engine } = options
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

  /** By up to `windowSteps` steps. After the first call of a length, makes no typed array. */
  step(stream: Stream, x: Numbers, into: Numbers): Promise<void> | undefined {
    const steps = x.length / (stream.batch * this.#columns.input)
    const extents = this.turnTo(stream, steps)
    this.runner.use(stream.parameters)
    this.runner.put(this.#x, x)
    this.#task.run(extents, noScalars)
    const at = this.#everyStep ? (steps - 1) * stream.batch * this.#columns.output : 0
    return this.runner.readSoon(this.#output, at, into)
  }

  protected extentsOf({ batch }: Stream, steps: number): ReturnType<Runner['extents']> {
    return this.runner.extents(steps, batch)
  }

  protected fit(extents: ReturnType<Runner['extents']>): void {
    this.#task.fit(extents)
  }
}

const noScalars = {}
