import type { Layer } from '../layers/index.ts'
import { layerGraph, type Model } from '../models/index.ts'
import {
  backendFor,
  held,
  padded,
  ParameterLayout,
  stateRegion,
  type Held,
  type InferenceOptions,
  type Task,
  type Workspace,
} from '../runtime/index.ts'
import type { Named } from '../tensor.ts'

/** Most steps run at once; longer inputs go through in pieces, which changes no bit. */
export const windowSteps = 64

/** Where one sequence stands. Several may be under way in one stepper. */
export interface Stream {
  readonly parameters: Named
  /** One array a state of the layer; what the device holds while the stream is its current one. */
  readonly states: readonly Float32Array[]
  /** The output of the last step, without padding. */
  readonly output: Float32Array
}

/**
 * Runs one sequence through a layer, a step or a window at a time, its states carried on. Program, memory and arrays are kept
 * for the next step and the next stream; parameters are uploaded only when they are others than before.
 */
export class Stepper {
  readonly #workspace: Workspace
  readonly #task: Task
  readonly #layout: ParameterLayout
  readonly #states: readonly { readonly region: string; readonly columns: number; readonly initial: number }[]
  readonly #columns: { readonly input: number; readonly output: number; readonly width: number }
  readonly #extents = new Map<number, { readonly time: number; readonly batch: number }>()
  #uploaded: Named | undefined
  #current: Stream | undefined
  #last: Promise<unknown> = Promise.resolve()

  private constructor(layer: Layer, workspace: Workspace, task: Task, layout: ParameterLayout) {
    this.#workspace = workspace
    this.#task = task
    this.#layout = layout
    this.#columns = { input: padded(layer.input), output: padded(layer.output), width: layer.output }
    task.fit(this.#extentsOf(1))
    this.#states = layer.states
      .map(({ name, columns, initial }) => ({ region: stateRegion(name), columns, initial }))
      .filter(({ region }) => workspace.has(region))
  }

  /** The stepper of a model on a backend, with weights in a format; made once, and kept while it is held. */
  static async of(model: Model, engine: InferenceOptions = {}): Promise<Held<Stepper>> {
    const { layer } = model
    const { weights = 'float32' } = engine
    const key = `step, ${weights}`
    return held(layer, await backendFor(engine), key, { weights }, (workspace) => Stepper.#create(layer, workspace))
  }

  static async #create(layer: Layer, workspace: Workspace): Promise<Stepper> {
    const { output, parameters, states } = layerGraph(layer, { training: false, lengths: false })
    const task = await workspace.load((of) =>
      of.forwardComputation('step', { parameters, states, outputs: { output }, sums: {} }),
    )
    return new Stepper(layer, workspace, task, new ParameterLayout(parameters))
  }

  /** A new sequence, from initial states. */
  begin(parameters: Named): Stream {
    const states = this.#states.map(({ columns, initial }) => {
      const values = new Float32Array(padded(columns))
      return values.fill(initial, 0, columns)
    })
    return { parameters, states, output: new Float32Array(this.#columns.width) }
  }

  /**
   * Moves a stream on by up to `windowSteps` steps: `x` holds `[steps] × input`, rows padded as device memory has them. Then
   * `stream.output` is the last step's output. After the first call of a length, makes no typed array.
   */
  push(stream: Stream, x: Float32Array): Promise<void> {
    // Where reading is immediate nothing can come in between.
    if (this.#workspace.backend.readSync) return this.#push(stream, x)
    const turn = this.#last.then(() => this.#push(stream, x))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #push(stream: Stream, x: Float32Array): Promise<void> {
    const steps = x.length / this.#columns.input
    const extents = this.#extentsOf(steps)
    this.#task.fit(extents)
    if (stream !== this.#current) {
      for (let i = 0; i < this.#states.length; i++) {
        const { region } = this.#states[i]!
        const saved = this.#current && this.#read(region, 0, this.#current.states[i]!)
        if (saved) await saved
        this.#workspace.write(region, 0, stream.states[i]!)
      }
      this.#current = stream
    }
    if (stream.parameters !== this.#uploaded) {
      const flat = new Float32Array(this.#layout.floats)
      this.#layout.pack(stream.parameters, flat)
      if (this.#workspace.has('parameters')) this.#workspace.write('parameters', 0, flat)
      this.#task.prepare(extents)
      this.#uploaded = stream.parameters
    }
    this.#workspace.write('x', 0, x)
    this.#task.run(extents, noScalars)
    const read = this.#read('output', (steps - 1) * this.#columns.output, stream.output)
    if (read) await read
  }

  /** Done at once where the backend can, else a promise; so that with such a backend nothing here waits. */
  #read(region: string, at: number, into: Float32Array): Promise<void> | undefined {
    const { backend } = this.#workspace
    if (!backend.readSync) return this.#workspace.read(region, at, into)
    backend.readSync(this.#workspace.memory(region), at, into)
    return undefined
  }

  #extentsOf(time: number): { readonly time: number; readonly batch: number } {
    const known = this.#extents.get(time) ?? { time, batch: 1 }
    this.#extents.set(time, known)
    return known
  }
}

const noScalars = {}
