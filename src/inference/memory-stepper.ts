import { copyRow, stepsOf, type Rows } from '../data/index.ts'
import { layerGraph, mainOf, optionalOf, type Layer, type LayerGraph, type Nodes } from '../layers/index.ts'
import {
  backendFor,
  held,
  tapRegion,
  type Held,
  type InferenceOptions,
  type Memory,
  type Numbers,
  type Place,
  type Runner,
  type Slot,
  type Task,
} from '../runtime/index.ts'
import type { Named } from '../tensor.ts'
import { Streams, type Stream } from './streams.ts'

type Extents = ReturnType<Runner['extents']>

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

/** Sources as a model reads them, of so many columns; `times` is how many sequences of steps there are for each. */
export function sourcesOf(sources: readonly Rows[], columns: number, times: number): Sources {
  const batch = sources.length
  const lengths = Float32Array.from(sources, stepsOf)
  const steps = Math.max(1, ...lengths)
  const source = new Float32Array(steps * batch * columns)
  sources.forEach((rows, b) => {
    for (let t = 0; t < lengths[b]!; t++) copyRow(rows, t, columns, source, (t * batch + b) * columns)
  })
  return { inputs: { source }, steps, lengths, times }
}

/** What was read of second sequences: it is the same for all streams that go by it. */
interface Reading {
  readonly extents: Extents
  /** Where it lies for the program of steps. */
  readonly places: readonly Place[]
  /** Where it lies when that of others took its place. */
  aside: Memory | undefined
  /** Streams that go by it. */
  users: number
}

/** Sequences of steps that go by second ones. */
export interface MemoryStream extends Stream {
  readonly reading: Reading
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
 * Steps sequences that read second ones: what follows from those alone is worked out once, and stays on the device as long as a stream
 * goes by it.
 */
export class MemoryStepper extends Streams<MemoryStream> {
  readonly #layer: { readonly output: string; readonly x: string }
  readonly #programs: Programs
  #last: Promise<unknown> = Promise.resolve()
  #slot: Slot | undefined
  /** What lies where programs of steps find it. */
  #inPlace: Reading | undefined

  private constructor(layer: Layer, runner: Runner, programs: Programs) {
    super(runner)
    this.#layer = { output: mainOf(layer.outputs, 'output')[0], x: mainOf(layer.inputs, 'x')[0] }
    this.#programs = programs
  }

  /** The stepper of a layer on a backend, with weights in a format; `tap` is looked at where the layer offers it. */
  static async of(layer: Layer, tap: string | undefined, options: InferenceOptions): Promise<Held<MemoryStepper>> {
    const { weights = 'float32', ...engine } = options
    return held(layer, await backendFor(engine), `memory step, ${weights}`, { weights }, async (runner) => {
      return new MemoryStepper(layer, runner, await programsOf(layer, tap, runner))
    })
  }

  /** Whether the tap is offered. */
  get taps(): boolean {
    return this.#programs.tap !== undefined
  }

  /** Does some work when all before is done, so that what is long does not give way at each step. */
  inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Reads second sequences: new sequences that go by them, from initial states. */
  begin(parameters: Named, { inputs, steps, lengths, times }: Sources): MemoryStream {
    const { graph, ahead, kept, reads } = this.#programs
    this.leave()
    this.#inPlace = undefined
    const batch = lengths.length
    const first = this.runner.extents(1, batch, steps)
    const extents = this.runner.extents(1, batch * times, steps)
    ahead.fit(first)
    this.fit(extents)
    this.runner.use(parameters)
    const given = [
      { node: graph.sourceLengths!, rows: lengths, blocks: 1 },
      ...Object.entries(inputs).map(([name, rows]) => ({ node: graph.inputs[name]!, rows, blocks: steps })),
    ]
    for (const { node, rows } of given) this.runner.putRows(node, rows)
    ahead.run(first, noScalars)
    const handed = kept.map((shape, place) => this.runner.hand(place, shape, first, times))
    // What steps read themselves has a row for each of them.
    const read = given
      .filter(({ node }) => reads.has(node))
      .map(({ node, rows, blocks }) => {
        this.runner.putRows(node, repeated(rows, blocks, rows.length / blocks, times))
        return this.runner.placeOf(node, blocks * batch * times)
      })
    this.#inPlace = { extents, places: [...handed, ...read], aside: undefined, users: 1 }
    return { parameters, batch: batch * times, kept: undefined, reading: this.#inPlace }
  }

  /** New sequences that go by what a stream goes by, from initial states. */
  anew(stream: MemoryStream): MemoryStream {
    stream.reading.users++
    return { ...stream, kept: undefined }
  }

  step(stream: MemoryStream, x: Numbers, into: Numbers): Promise<void> | undefined {
    const extents = this.turnTo(stream)
    this.runner.use(stream.parameters)
    this.runner.put(this.#programs.graph.inputs[this.#layer.x]!, x)
    this.#programs.rest.run(extents, noScalars)
    return this.runner.readSoon(this.#layer.output, 0, into)
  }

  /** What the tap gave at the last step, `[source, row]`, where it is offered; asked for before anything of that step is waited for. */
  async tapped({ batch, reading }: MemoryStream): Promise<Numbers | undefined> {
    const { tap } = this.#programs
    if (tap === undefined) return undefined
    return (await this.runner.rows(tap, [reading.extents['source']!, batch, 1])).data
  }

  /** Lets each sequence of a stream go on from where another, or itself, stands. */
  arrange(stream: MemoryStream, rows: ArrayLike<number>): void {
    this.turnTo(stream)
    const { states } = this.runner
    if (this.#slot?.batch !== stream.batch) {
      if (this.#slot) states.free(this.#slot)
      this.#slot = states.slot(stream.batch)
    }
    states.keep(this.#slot)
    states.arrange(this.#slot, rows)
  }

  override fork(stream: MemoryStream): MemoryStream {
    const fork = super.fork(stream)
    stream.reading.users++
    return fork
  }

  override end(stream: MemoryStream): void {
    super.end(stream)
    const { reading } = stream
    if (--reading.users > 0) return
    if (reading === this.#inPlace) this.#inPlace = undefined
    if (reading.aside) this.runner.free(reading.aside)
    reading.aside = undefined
  }

  protected extentsOf({ reading }: MemoryStream): Extents {
    return reading.extents
  }

  protected fit(extents: Extents): void {
    this.#programs.rest.fit(extents)
  }

  protected override turnTo(stream: MemoryStream): Extents {
    return super.turnTo(stream, 1)
  }

  protected override leave(): void {
    super.leave()
    // What was read never changes, so that it is copied once.
    if (this.#inPlace) this.#inPlace.aside ??= this.runner.putAside(this.#inPlace.places)
  }

  protected override enter(stream: MemoryStream): void {
    const { reading } = stream
    if (reading !== this.#inPlace) this.runner.bringBack(reading.places, reading.aside!)
    this.#inPlace = reading
    super.enter(stream)
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
