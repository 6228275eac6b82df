import type { Layer } from '../layers/index.ts'
import { layerGraph } from '../models/index.ts'
import {
  adjointRegion,
  backendFor,
  held,
  padded,
  padRows,
  ParameterLayout,
  stateRegion,
  unpadRows,
  type EngineOptions,
  type Task,
  type Workspace,
} from '../runtime/index.ts'
import { tensor, type Named, type Tensor } from '../tensor.ts'
import { checkAdjoints, checkGiven } from './check-given.ts'

/** What a layer is given to compute with. */
export interface Given {
  /** By name; all of them. Those of a model are such. */
  readonly parameters: Named
  /** `[time, batch, input]`, which may hold what is not finite; ids of symbols as `[time, batch]` or `[time, batch, 1]`. */
  readonly x: Tensor
  /** States before the first step, `[batch, columns]`; a missing one is what the layer declares, usually zero. */
  readonly state?: Readonly<Record<string, Tensor>>
  /** Steps of each sequence; a sequence past its length keeps its state and gives zeros. */
  readonly lengths?: readonly number[]
  /** Whether dropout and its kin act, drawn from the seed; false. */
  readonly training?: boolean
  readonly seed?: number
}

/** `[time, batch, output]` and the states after the last step, `[batch, columns]` each. */
export interface Result {
  readonly output: Tensor
  readonly state: Readonly<Record<string, Tensor>>
}

/** Adjoints of what `forward` gives; a missing one is zero. */
export interface Adjoints {
  readonly output?: Tensor
  readonly state?: Readonly<Record<string, Tensor>>
}

export interface Gradients {
  readonly parameters: Named
  /** As `x`; absent where `x` numbers symbols. */
  readonly x?: Tensor
  readonly state: Readonly<Record<string, Tensor>>
}

/**
 * Runs a layer over whole sequences. Nothing is changed.
 *
 * @throws UnrolledError `shape`, `parameters` or `data` for what does not fit the layer, before anything is computed.
 */
export async function forward(layer: Layer, given: Given, engine: EngineOptions = {}): Promise<Result> {
  checkGiven('forward', layer, given)
  return using(layer, 'forward', given, engine, async (run) => {
    run.write(given)
    run.run()
    return run.result()
  })
}

/**
 * Backpropagation through time: gradients of parameters, inputs and initial states, for adjoints of the output and of the final
 * states. Nothing is changed.
 *
 * @throws UnrolledError as `forward`.
 */
export async function backward(
  layer: Layer,
  given: Given,
  adjoints: Adjoints,
  engine: EngineOptions = {},
): Promise<Result & { readonly gradients: Gradients }> {
  checkGiven('backward', layer, given)
  checkAdjoints(layer, given, adjoints)
  return using(layer, 'backward', given, engine, async (run) => {
    run.write(given)
    run.writeAdjoints(adjoints)
    run.run()
    return { ...(await run.result()), gradients: await run.gradients() }
  })
}

/** Works with a layer's program, which is compiled once; calls that share its memory go one after the other. */
async function using<Value>(
  layer: Layer,
  kind: 'forward' | 'backward',
  given: Given,
  engine: EngineOptions,
  work: (run: LayerRun) => Promise<Value>,
): Promise<Value> {
  const options = { training: given.training ?? false, lengths: given.lengths !== undefined }
  const key = [kind, options.training, options.lengths].join()
  const program = await held(layer, await backendFor(engine), key, {}, (workspace) =>
    LayerRun.create(layer, kind, options, workspace),
  )
  try {
    return await program.kept.exclusive(() => work(program.kept))
  } finally {
    program.release()
  }
}

/** One compiled program of a layer and its memory. */
class LayerRun {
  readonly #layer: Pick<Layer, 'input' | 'output' | 'states'>
  readonly #task: Task
  readonly #workspace: Workspace
  readonly #layout: ParameterLayout
  #extents = { time: 0, batch: 0 }
  #scalars = { seed: 0, step: 0, sequence: 0 }
  #last: Promise<unknown> = Promise.resolve()

  private constructor(layer: Layer, task: Task, workspace: Workspace, layout: ParameterLayout) {
    const { input, output, states } = layer
    this.#layer = { input, output, states }
    this.#task = task
    this.#workspace = workspace
    this.#layout = layout
  }

  static async create(
    layer: Layer,
    kind: 'forward' | 'backward',
    options: { readonly training: boolean; readonly lengths: boolean },
    workspace: Workspace,
  ): Promise<LayerRun> {
    const { x, output, parameters, states } = layerGraph(layer, options)
    const graph = { parameters, states, outputs: { output }, sums: {} }
    const task = await workspace.load((of) =>
      kind === 'forward'
        ? of.forwardComputation('forward', graph)
        : of.windowComputation('backward', graph, { outputs: ['output'], inputs: { x } }),
    )
    return new LayerRun(layer, task, workspace, new ParameterLayout(parameters))
  }

  /** Calls that share memory go one after the other. */
  exclusive<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(work, work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** What was checked goes to the device. */
  write({ x, parameters, state = {}, lengths, seed = 0 }: Given): void {
    const { input, states } = this.#layer
    const [time, batch] = x.shape as [number, number]
    this.#extents = { time, batch }
    this.#scalars = { seed, step: 0, sequence: 0 }
    this.#task.fit(this.#extents)
    const flat = new Float64Array(this.#layout.floats)
    this.#layout.pack(parameters, flat)
    this.#put('parameters', flat)
    if (this.#workspace.has('gradients')) this.#put('gradients', flat.fill(0))
    this.#putRows('x', x.data, input)
    for (const { name, columns, initial } of states) {
      const values = state[name]?.data ?? new Float64Array(batch * columns).fill(initial)
      this.#putRows(stateRegion(name), values, columns)
    }
    if (lengths) this.#put('lengths', Float64Array.from(lengths))
  }

  writeAdjoints({ output, state = {} }: Adjoints): void {
    const { time, batch } = this.#extents
    const { output: columns, states } = this.#layer
    this.#putRows(adjointRegion('output'), output?.data ?? new Float64Array(time * batch * columns), columns)
    for (const { name, columns } of states) {
      this.#putRows(adjointRegion(name), state[name]?.data ?? new Float64Array(batch * columns), columns)
    }
  }

  run(): void {
    this.#task.prepare(this.#extents)
    this.#task.run(this.#extents, this.#scalars)
    this.#task.finish(this.#extents, this.#scalars)
  }

  async result(): Promise<Result> {
    const { time, batch } = this.#extents
    const { output, states } = this.#layer
    return {
      output: await this.#rows('output', [time, batch, output]),
      state: await this.#named(states, (name) => stateRegion(name), batch),
    }
  }

  async gradients(): Promise<Gradients> {
    const { time, batch } = this.#extents
    const { input, states } = this.#layer
    const flat = this.#array(this.#layout.floats)
    if (this.#workspace.has('gradients')) await this.#workspace.read('gradients', 0, flat)
    const x = this.#workspace.has(adjointRegion('x'))
      ? await this.#rows(adjointRegion('x'), [time, batch, input])
      : undefined
    return {
      parameters: this.#layout.unpack(flat),
      ...(x && { x }),
      state: await this.#named(states, (name) => adjointRegion(name), batch),
    }
  }

  async #named(
    states: Layer['states'],
    region: (name: string) => string,
    batch: number,
  ): Promise<Record<string, Tensor>> {
    const result: Record<string, Tensor> = {}
    for (const { name, columns } of states) result[name] = await this.#rows(region(name), [batch, columns])
    return result
  }

  /** Float64 where the backend computes in it. */
  #array(length: number): Float32Array | Float64Array {
    return this.#workspace.backend.kernels === 'float64' ? new Float64Array(length) : new Float32Array(length)
  }

  #put(region: string, values: Float64Array): void {
    if (this.#workspace.has(region)) this.#workspace.write(region, 0, values)
  }

  #putRows(region: string, values: ArrayLike<number>, columns: number): void {
    const rows = new Float64Array((values.length / columns) * padded(columns))
    padRows(values, columns, rows)
    this.#put(region, rows)
  }

  async #rows(region: string, shape: readonly number[]): Promise<Tensor> {
    const columns = shape.at(-1)!
    const count = shape.reduce((a, b) => a * b, 1)
    const result = this.#array(count)
    const raw = this.#array((count / columns) * padded(columns))
    if (raw.length > 0) await this.#workspace.read(region, 0, raw)
    unpadRows(raw, columns, result)
    return tensor(result, shape)
  }
}
