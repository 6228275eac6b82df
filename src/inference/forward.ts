import type { Layer } from '../layers/index.ts'
import { layerGraph, type LayerGraph } from '../models/index.ts'
import { backendFor, held, type EngineOptions, type Runner, type Task } from '../runtime/index.ts'
import type { Named, Tensor } from '../tensor.ts'
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
    run.writeAdjoints(adjoints)
    run.run()
    const [result, gradients] = await Promise.all([run.result(), run.gradients()])
    return { ...result, gradients }
  })
}

/** Works with a layer's program, which is compiled once. */
async function using<Value>(
  layer: Layer,
  kind: 'forward' | 'backward',
  given: Given,
  engine: EngineOptions,
  work: (run: LayerRun) => Promise<Value>,
): Promise<Value> {
  const options = { training: given.training ?? false, lengths: given.lengths !== undefined }
  const key = [kind, options.training, options.lengths].join()
  const program = await held(layer, await backendFor(engine), key, {}, (runner) =>
    compiled(layer, kind, options, runner),
  )
  try {
    return await work(new LayerRun(layer, program.kept, given))
  } finally {
    program.release()
  }
}

/** A layer's program, and the inputs of its graph. */
interface LayerProgram {
  readonly runner: Runner
  readonly task: Task
  readonly inputs: Pick<LayerGraph, 'x' | 'lengths'>
}

async function compiled(
  layer: Layer,
  kind: 'forward' | 'backward',
  options: { readonly training: boolean; readonly lengths: boolean },
  runner: Runner,
): Promise<LayerProgram> {
  const { x, lengths, output, parameters, states } = layerGraph(layer, options)
  const graph = { parameters, states, outputs: { output }, sums: {} }
  const task = await runner.load((of) =>
    kind === 'forward'
      ? of.forwardComputation('forward', graph)
      : of.windowComputation('backward', graph, { outputs: ['output'], inputs: { x } }),
  )
  return { runner, task, inputs: { x, ...(lengths && { lengths }) } }
}

/**
 * One run of a layer's program. Other runs share its memory: each writes, runs, and asks for all it wants to read without waiting,
 * so that none comes in between.
 */
class LayerRun {
  readonly #layer: Layer
  readonly #program: LayerProgram
  readonly #time: number
  readonly #batch: number
  readonly #scalars: { readonly seed: number; readonly step: number; readonly sequence: number }

  /** Writes what was checked. */
  constructor(layer: Layer, program: LayerProgram, { x, parameters, state, lengths, seed = 0 }: Given) {
    const [time, batch] = x.shape as [number, number]
    const { runner, task, inputs } = program
    this.#layer = layer
    this.#program = program
    this.#time = time
    this.#batch = batch
    this.#scalars = { seed, step: 0, sequence: 0 }
    task.fit(runner.extents(time, batch))
    runner.upload(parameters)
    runner.clearGradients()
    runner.putRows(inputs.x, x.data)
    runner.states.begin(batch, state)
    if (lengths) runner.put(inputs.lengths!, Float64Array.from(lengths))
  }

  writeAdjoints({ output, state }: Adjoints): void {
    const { runner } = this.#program
    const shape = [this.#time, this.#batch, this.#layer.output]
    runner.putAdjoint('output', output?.data ?? new Float64Array(shape.reduce((a, b) => a * b)), this.#layer.output)
    runner.states.beginAdjoints(this.#batch, state)
  }

  run(): void {
    const { runner, task } = this.#program
    const extents = runner.extents(this.#time, this.#batch)
    task.run(extents, this.#scalars)
    task.finish(extents, this.#scalars)
  }

  async result(): Promise<Result> {
    const { runner } = this.#program
    const [output, state] = await Promise.all([
      runner.rows('output', [this.#time, this.#batch, this.#layer.output]),
      runner.states.final(this.#batch),
    ])
    return { output, state }
  }

  async gradients(): Promise<Gradients> {
    const { runner } = this.#program
    const [parameters, x, state] = await Promise.all([
      runner.gradients(),
      runner.adjoint('x', [this.#time, this.#batch, this.#layer.input]),
      runner.states.initialAdjoints(this.#batch),
    ])
    return { parameters, ...(x && { x }), state }
  }
}
