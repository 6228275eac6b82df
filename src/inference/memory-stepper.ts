import { layerGraph, mainOf, optionalOf, type Layer, type LayerGraph, type Nodes } from '../layers/index.ts'
import {
  backendFor,
  held,
  tapRegion,
  type Held,
  type InferenceOptions,
  type Runner,
  type Slot,
  type Task,
} from '../runtime/index.ts'
import type { Named } from '../tensor.ts'

/** Second sequences side by side. */
export interface Sources {
  /** Rows `[steps, batch]` of each input along `source`, by its name. */
  readonly inputs: Readonly<Record<string, Float32Array>>
  readonly steps: number
  /** Steps of each. */
  readonly lengths: Float32Array
  /** How many sequences of steps there are for each: number j of source b is row j · batch + b. */
  readonly times: number
}

/** What a step gives: rows of the output, and of the tap `[source, row]`, where there is one. */
export interface MemoryStep {
  readonly output: Float32Array | Float64Array
  readonly tapped: Float32Array | Float64Array | undefined
}

interface Programs {
  readonly graph: LayerGraph
  readonly ahead: Task
  readonly rest: Task
  readonly kept: readonly Parameters<Runner['hand']>[1][]
  /** Second sequences that steps read themselves. */
  readonly reads: ReadonlySet<Nodes[string]>
  readonly tap: string | undefined
}

/**
 * Steps sequences that read second ones: what follows from those alone is worked out once, and stays on the device. Who uses it has
 * it alone, in turn.
 */
export class MemoryStepper {
  readonly #runner: Runner
  readonly #layer: { readonly output: string; readonly columns: number; readonly x: string }
  readonly #programs: Programs
  #last: Promise<unknown> = Promise.resolve()
  #slot: Slot | undefined
  #rows = 0
  #extents: ReturnType<Runner['extents']> = {}

  private constructor(layer: Layer, runner: Runner, programs: Programs) {
    const [output, { columns }] = mainOf(layer.outputs, 'output')
    this.#runner = runner
    this.#layer = { output, columns, x: mainOf(layer.inputs, 'x')[0] }
    this.#programs = programs
  }

  /** The stepper of a layer on a backend, with weights in a format; `tap` is looked at where the layer offers it. */
  static async of(layer: Layer, tap: string | undefined, engine: InferenceOptions): Promise<Held<MemoryStepper>> {
    const { weights = 'float32' } = engine
    return held(layer, await backendFor(engine), `memory step, ${weights}`, { weights }, async (runner) => {
      return new MemoryStepper(layer, runner, await programsOf(layer, tap, runner))
    })
  }

  /** Whether the tap is offered. */
  get taps(): boolean {
    return this.#programs.tap !== undefined
  }

  /** Does some work when all before is done. */
  inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Reads second sequences; steps begin from initial states. */
  read(parameters: Named, { inputs, steps, lengths, times }: Sources): void {
    const { graph, ahead, rest, kept, reads } = this.#programs
    const batch = lengths.length
    this.#rows = batch * times
    const first = this.#runner.extents(1, batch, steps)
    this.#extents = this.#runner.extents(1, this.#rows, steps)
    ahead.fit(first)
    rest.fit(this.#extents)
    this.#runner.use(parameters)
    const given = [
      { node: graph.sourceLengths!, rows: lengths, blocks: 1 },
      ...Object.entries(inputs).map(([name, rows]) => ({ node: graph.inputs[name]!, rows, blocks: steps })),
    ]
    for (const { node, rows } of given) this.#runner.putRows(node, rows)
    ahead.run(first, noScalars)
    kept.forEach((shape, place) => this.#runner.hand(place, shape, first, times))
    // What steps read themselves has a row for each of them.
    for (const { node, rows, blocks } of given) {
      if (reads.has(node)) this.#runner.putRows(node, repeated(rows, blocks, rows.length / blocks, times))
    }
    this.#runner.states.begin(this.#rows)
  }

  /** Makes a step: `x` has a row for each sequence. */
  async step(x: Float32Array): Promise<MemoryStep> {
    const { graph, rest, tap } = this.#programs
    const { x: name, output, columns } = this.#layer
    this.#runner.putRows(graph.inputs[name]!, x)
    rest.run(this.#extents, noScalars)
    const steps = this.#extents['source']!
    const [rows, tapped] = await Promise.all([
      this.#runner.rows(output, [this.#rows, columns]),
      tap === undefined ? undefined : this.#runner.rows(tap, [steps, this.#rows, 1]),
    ])
    return { output: rows.data, tapped: tapped?.data }
  }

  /** Lets each sequence go on from where another, or itself, stands. */
  arrange(rows: ArrayLike<number>): void {
    const { states } = this.#runner
    if (this.#slot?.batch !== this.#rows) {
      if (this.#slot) states.free(this.#slot)
      this.#slot = states.slot(this.#rows)
    }
    states.keep(this.#slot)
    states.arrange(this.#slot, rows)
  }
}

async function programsOf(layer: Layer, name: string | undefined, runner: Runner): Promise<Programs> {
  const graph = layerGraph(layer, {
    training: false,
    lengths: false,
    sourceLengths: true,
    without: optionalOf(layer.inputs),
  })
  const { inputs, outputs, parameters, states, offers, sourceLengths } = graph
  const offered = name === undefined ? undefined : offers.get(name)?.()
  const tap = offered && tapRegion(name!)
  const sources = Object.entries(inputs).filter(([name]) => layer.inputs[name]!.axes.includes('source'))
  const from = [sourceLengths!, ...sources.map(([, node]) => node)]
  const all = { ...outputs, ...(tap !== undefined && { [tap]: offered! }) }
  const building = await import('../runtime/building.ts')
  const { ahead, rest, kept, read } = building.partedComputation(
    'step',
    { parameters, states, outputs: all, sums: {} },
    from,
  )
  return {
    graph,
    ahead: await runner.load(() => ahead),
    rest: await runner.load(() => rest),
    kept,
    reads: new Set(read),
    tap,
  }
}

/** Blocks of numbers, each so many times, one behind the other. */
function repeated(values: Float32Array, blocks: number, floats: number, times: number): Float32Array {
  if (times === 1) return values
  const result = new Float32Array(values.length * times)
  for (let i = 0; i < blocks; i++) {
    const block = values.subarray(i * floats, (i + 1) * floats)
    for (let j = 0; j < times; j++) result.set(block, (i * times + j) * floats)
  }
  return result
}

const noScalars = {}
