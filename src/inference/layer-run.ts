import { layerGraph, mainName, type Layer, type LayerGraph, type Nodes } from '../layers/index.ts'
import { backendFor, held, tapRegion, type EngineOptions, type Runner, type Task } from '../runtime/index.ts'
import type { Named, Tensor } from '../tensor.ts'
import { checkAdjoints, checkGiven, checkTaps, tensorShape, type CheckedGiven, type Sizes } from './check-given.ts'
import type { Adjoints, Given, Gradients, Result } from './given.ts'

/** What `forward` does. */
export async function runForward(layer: Layer, given: Given, engine: EngineOptions): Promise<Result> {
  const checked = checkGiven('forward', layer, given)
  return using(layer, 'forward', given, checked, engine, async (run) => {
    run.run()
    return run.result()
  })
}

/** What `backward` does. */
export async function runBackward(
  layer: Layer,
  given: Given,
  adjoints: Adjoints,
  engine: EngineOptions,
): Promise<Result & { readonly gradients: Gradients }> {
  const checked = checkGiven('backward', layer, given)
  const named = checkAdjoints(layer, checked.sizes, adjoints)
  return using(layer, 'backward', given, checked, engine, async (run) => {
    run.writeAdjoints(named, adjoints?.state)
    run.run()
    const [result, gradients] = await Promise.all([run.result(), run.gradients()])
    return { ...result, gradients }
  })
}

type Kind = 'forward' | 'backward'
type Shape = Nodes[string]['shape']

/** Works with a layer's program, which is compiled once. */
async function using<Value>(
  layer: Layer,
  kind: Kind,
  given: Given,
  checked: CheckedGiven,
  engine: EngineOptions,
  work: (run: LayerRun) => Promise<Value>,
): Promise<Value> {
  const options = {
    training: given.training ?? false,
    lengths: given.lengths !== undefined,
    sourceLengths: given.sourceLengths !== undefined,
    starts: given.starts !== undefined,
    without: new Set(Object.keys(layer.inputs).filter((name) => !Object.hasOwn(checked.inputs, name))),
    taps: [...new Set(given.taps ?? [])].sort(),
  }
  const { without, taps, ...switches } = options
  const key = [kind, ...Object.values(switches), ...without, '', ...taps].join()
  const program = await held(layer, await backendFor(engine), key, {}, (runner) =>
    compiled(layer, kind, options, runner),
  )
  try {
    return await work(new LayerRun(layer, program.kept, given, checked))
  } finally {
    program.release()
  }
}

/** A layer's program, the nodes of its inputs, and the shapes of what was tapped. */
interface LayerProgram extends Pick<LayerGraph, 'inputs' | 'lengths' | 'sourceLengths' | 'starts'> {
  readonly runner: Runner
  readonly task: Task
  readonly taps: ReadonlyMap<string, Shape>
}

async function compiled(
  layer: Layer,
  kind: Kind,
  { taps, ...options }: Parameters<typeof layerGraph>[1] & { readonly taps: readonly string[] },
  runner: Runner,
): Promise<LayerProgram> {
  const { offers, outputs, parameters, states, ...given } = layerGraph(layer, options)
  const parted = kind === 'backward' ? states : []
  const parts = new Map(parted.flatMap((state) => ['own', 'next'].map((part) => [`${state.name}.${part}`, state])))
  checkTaps(kind, taps, [...offers.keys(), ...parts.keys()])
  const values = taps.filter((name) => offers.has(name)).map((name) => [name, offers.get(name)!()] as const)
  const graph = {
    parameters,
    states,
    outputs: { ...outputs, ...Object.fromEntries(values.map(([name, node]) => [tapRegion(name), node])) },
    sums: {},
  }
  const asked = taps.flatMap((name) => parts.get(name) ?? [])
  const task = await runner.load((of) =>
    kind === 'forward'
      ? of.forwardComputation('forward', graph)
      : of.windowComputation('backward', graph, {
          outputs: Object.keys(outputs),
          inputs: given.inputs,
          taps: [...new Set(asked.map(({ name }) => name))],
        }),
  )
  const shapes = new Map(values.map(([name, { shape }]) => [name, shape]))
  for (const name of taps) {
    const final = parts.get(name)?.final
    if (final) shapes.set(name, { rows: ['time', ...final.shape.rows], columns: final.shape.columns })
  }
  return { ...given, runner, task, taps: shapes }
}

/**
 * One run of a layer's program. Other runs share its memory: each writes, runs, and asks for all it wants to read without waiting,
 * so that none comes in between.
 */
class LayerRun {
  readonly #layer: Layer
  readonly #program: LayerProgram
  readonly #sizes: Sizes
  readonly #extents: ReturnType<Runner['extents']>
  readonly #scalars: { readonly seed: number; readonly step: number; readonly sequence: number }

  /** Writes what was checked. */
  constructor(layer: Layer, program: LayerProgram, given: Given, { inputs, sizes }: CheckedGiven) {
    const { runner, task } = program
    const { parameters, state, lengths, sourceLengths, starts, seed = 0 } = given
    const second = Object.values(layer.inputs).some(({ axes }) => axes.includes('source'))
    this.#layer = layer
    this.#program = program
    this.#sizes = sizes
    this.#extents = runner.extents(sizes.time, sizes.batch, second ? sizes.source : undefined)
    this.#scalars = { seed, step: 0, sequence: 0 }
    task.fit(this.#extents)
    runner.upload(parameters)
    runner.clearGradients()
    for (const [name, { data }] of Object.entries(inputs)) runner.putRows(program.inputs[name]!, data)
    runner.states.begin(sizes.batch, state)
    if (lengths) runner.put(program.lengths!, Float64Array.from(lengths))
    if (sourceLengths) runner.put(program.sourceLengths!, Float64Array.from(sourceLengths))
    if (starts) runner.putRows(program.starts!, starts.data)
  }

  writeAdjoints(adjoints: Named, state?: Named): void {
    const { runner } = this.#program
    for (const [name, port] of Object.entries(this.#layer.outputs)) {
      const count = tensorShape(port, this.#sizes).reduce((a, b) => a * b)
      runner.putAdjoint(name, adjoints[name]?.data ?? new Float64Array(count), port.columns)
    }
    runner.states.beginAdjoints(this.#sizes.batch, state)
  }

  run(): void {
    const { task } = this.#program
    task.run(this.#extents, this.#scalars)
    task.finish(this.#extents, this.#scalars)
  }

  async result(): Promise<Result> {
    const { runner, taps } = this.#program
    const ports = Object.entries(this.#layer.outputs)
    const [outputs, state, tapped] = await Promise.all([
      all(ports.map(([name, port]) => [name, runner.rows(name, tensorShape(port, this.#sizes))])),
      runner.states.final(this.#sizes.batch),
      all([...taps].map(([name, shape]) => [name, runner.rows(tapRegion(name), this.#shapeOf(shape))])),
    ])
    const main = mainName(this.#layer.outputs, 'output') ?? ports[0]![0]
    return { output: outputs[main]!, outputs, state, taps: tapped }
  }

  async gradients(): Promise<Gradients> {
    const { runner, inputs: nodes } = this.#program
    const ports = Object.entries(this.#layer.inputs).filter(([name]) => nodes[name])
    const flowing = ports.flatMap(([name, port]): [string, Promise<Tensor>][] => {
      const adjoint = runner.adjoint(name, tensorShape(port, this.#sizes))
      return adjoint ? [[name, adjoint]] : []
    })
    const [parameters, inputs, state] = await Promise.all([
      runner.gradients(),
      all(flowing),
      runner.states.initialAdjoints(this.#sizes.batch),
    ])
    const main = mainName(this.#layer.inputs, 'x')
    const x = main === undefined ? undefined : inputs[main]
    return { parameters, ...(x && { x }), inputs, state }
  }

  #shapeOf({ rows, columns }: Shape): number[] {
    return [...rows.map((axis) => (typeof axis === 'number' ? axis : this.#sizes[axis as keyof Sizes])), columns]
  }
}

const all = async (entries: readonly (readonly [string, Promise<Tensor>])[]): Promise<Record<string, Tensor>> =>
  Object.fromEntries(await Promise.all(entries.map(async ([name, tensor]) => [name, await tensor] as const)))
