import { UnrolledError } from '../error.ts'
import type { Layer, LayerDescription } from '../layers/index.ts'
import { layerGraph } from '../models/index.ts'
import { nearest } from '../nearest.ts'
import {
  adjointRegion,
  backendFor,
  forwardComputation,
  padded,
  padRows,
  ParameterLayout,
  stateRegion,
  unpadRows,
  windowComputation,
  Workspace,
  type EngineOptions,
  type Task,
} from '../runtime/index.ts'
import { tensor, type Tensor } from '../tensor.ts'

/** What a layer is given to compute with. */
export interface Given {
  /** By name; all of them. */
  readonly parameters: Readonly<Record<string, Tensor>>
  /** `[time, batch, input]`; ids of symbols as `[time, batch]` or `[time, batch, 1]`. */
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
  readonly parameters: Readonly<Record<string, Tensor>>
  /** As `x`; absent where `x` numbers symbols. */
  readonly x?: Tensor
  readonly state: Readonly<Record<string, Tensor>>
}

/** Runs a layer over whole sequences. Nothing is changed. */
export async function forward(layer: Layer, given: Given, engine: EngineOptions = {}): Promise<Result> {
  const run = await runOf(layer, 'forward', given, engine)
  return run.exclusive(async () => {
    run.write(given)
    run.run()
    return run.result()
  })
}

/**
 * Backpropagation through time: gradients of parameters, inputs and initial states, for adjoints of the output and of the final
 * states. Nothing is changed.
 */
export async function backward(
  layer: Layer,
  given: Given,
  adjoints: Adjoints,
  engine: EngineOptions = {},
): Promise<Result & { readonly gradients: Gradients }> {
  const run = await runOf(layer, 'backward', given, engine)
  return run.exclusive(async () => {
    run.write(given)
    run.writeAdjoints(adjoints)
    run.run()
    return { ...(await run.result()), gradients: await run.gradients() }
  })
}

const runs = new WeakMap<Layer, Map<string, Promise<LayerRun>>>()

async function runOf(
  layer: Layer,
  kind: 'forward' | 'backward',
  given: Given,
  engine: EngineOptions,
): Promise<LayerRun> {
  const backend = await backendFor(engine)
  const { training = false } = given
  const lengths = given.lengths !== undefined
  const key = [backend.name, backend.kernels, kind, training, lengths].join()
  const known = runs.get(layer) ?? new Map<string, Promise<LayerRun>>()
  runs.set(layer, known)
  const made = known.get(key) ?? LayerRun.create(layer, kind, { training, lengths }, new Workspace(backend))
  known.set(key, made)
  made.catch(() => known.delete(key))
  return made
}

/** One compiled program of a layer and its memory. */
class LayerRun {
  readonly #layer: Layer
  readonly #task: Task
  readonly #workspace: Workspace
  readonly #layout: ParameterLayout
  #extents = { time: 0, batch: 0 }
  #scalars = { seed: 0, step: 0, sequence: 0 }
  #last: Promise<unknown> = Promise.resolve()

  private constructor(layer: Layer, task: Task, workspace: Workspace, layout: ParameterLayout) {
    this.#layer = layer
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
    const computation =
      kind === 'forward'
        ? forwardComputation('forward', graph)
        : windowComputation('backward', graph, { outputs: ['output'], inputs: { x } })
    return new LayerRun(layer, await workspace.load(computation), workspace, new ParameterLayout(parameters))
  }

  /** Calls that share memory go one after the other. */
  exclusive<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(work, work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  write({ x, parameters, state = {}, lengths, seed = 0 }: Given): void {
    const { input, states, declared } = this.#layer
    const [time, batch, columns = 1] = x.shape
    if (time === undefined || batch === undefined || columns !== input || x.shape.length > 3) {
      throw new UnrolledError('shape', `x is [${x.shape.join(', ')}]; it must be [time, batch, ${input}]`)
    }
    checkSymbols(this.#layer, x)
    this.#extents = { time, batch }
    this.#scalars = { seed, step: 0, sequence: 0 }
    this.#task.fit(this.#extents)
    checkKnown(
      'parameter',
      Object.keys(parameters),
      declared.map(({ name }) => name),
    )
    checkKnown(
      'state',
      Object.keys(state),
      states.map(({ name }) => name),
    )
    const flat = new Float64Array(this.#layout.floats)
    this.#layout.pack(new Map(Object.entries(parameters)), flat)
    this.#put('parameters', flat)
    if (this.#workspace.has('gradients')) this.#put('gradients', flat.fill(0))
    this.#putRows('x', x.data, input)
    for (const { name, columns, initial } of states) {
      const given = state[name]
      if (given) checkShape(`state ${name}`, given, [batch, columns])
      const values = given?.data ?? new Float64Array(batch * columns).fill(initial)
      this.#putRows(stateRegion(name), values, columns)
    }
    if (!lengths) return
    if (
      lengths.length !== batch ||
      lengths.some((length) => !Number.isInteger(length) || length < 0 || length > time)
    ) {
      throw new UnrolledError(
        'shape',
        `lengths are ${batch} whole numbers from 0 to ${time}, one a sequence; [${lengths.join(', ')}] was given`,
      )
    }
    this.#put('lengths', Float64Array.from(lengths))
  }

  writeAdjoints({ output, state = {} }: Adjoints): void {
    const { time, batch } = this.#extents
    const { output: columns, states } = this.#layer
    if (output) checkShape('the adjoint of the output', output, [time, batch, columns])
    this.#putRows(adjointRegion('output'), output?.data ?? new Float64Array(time * batch * columns), columns)
    checkKnown(
      'state',
      Object.keys(state),
      states.map(({ name }) => name),
    )
    for (const { name, columns } of states) {
      const given = state[name]
      if (given) checkShape(`the adjoint of state ${name}`, given, [batch, columns])
      this.#putRows(adjointRegion(name), given?.data ?? new Float64Array(batch * columns), columns)
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
      parameters: Object.fromEntries(this.#layout.unpack(flat)),
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

/** A table is read at whatever row is asked for, so numbers of symbols are checked here. */
function checkSymbols({ description }: Layer, { data }: Tensor): void {
  let first = description
  while (first.kind === 'chain') first = (first['layers'] as unknown as [string, LayerDescription][])[0]![1]
  if (first.kind !== 'embedding') return
  const symbols = first['symbols'] as number
  const wrong = data.find((id) => !(Number.isInteger(id) && id >= 0 && id < symbols))
  if (wrong === undefined) return
  throw new UnrolledError('data', `x holds the symbol ${wrong}; the embedding has ${symbols} symbols, from 0`)
}

function checkShape(what: string, { shape }: Tensor, wanted: readonly number[]): void {
  if (shape.join() === wanted.join()) return
  throw new UnrolledError('shape', `${what} is [${shape.join(', ')}]; it must be [${wanted.join(', ')}]`)
}

function checkKnown(what: string, given: readonly string[], known: readonly string[]): void {
  const strange = given.find((name) => !known.includes(name))
  if (strange === undefined) return
  const close = nearest(strange, known)
  throw new UnrolledError(
    'parameters',
    `there is no ${what} ${strange}${close ? `; did you mean ${close}?` : `; there are ${known.join(', ') || 'none'}`}`,
  )
}
