import type { Backend, CompileOptions, Executable, Extents, Memory, Program } from '../backends/backend.ts'
import type { Computation } from '../compiler/index.ts'
import { valueOf } from '../compiler/formula.ts'
import { padded } from '../compiler/layout.ts'
import { UnrolledError } from '../error.ts'
import { nameOf, parameter, type Node, type Shape } from '../graph/index.ts'
import type { Named, Tensor } from '../tensor.ts'
import type * as Building from './building.ts'
import { Memories, type Numbers } from './memories.ts'
import { ParameterLayout } from './parameters.ts'
import type { KernelTime, Profile } from './profile.ts'
import { adjointRegion, aheadRegion, gradientRegion, keptRegion, parameterRegion } from './regions.ts'
import { States, type DeclaredState } from './states.ts'
import { Task } from './task.ts'

/** What is there before and after every run of a graph: its parameters, and the states it carries on. A layer is such. */
export interface Lasting {
  readonly declared: readonly { readonly name: string; readonly shape: Shape }[]
  readonly states: readonly DeclaredState[]
}

/** The beginning of a region. */
export interface Place {
  readonly region: string
  readonly floats: number
}

/** Places in a region are counted in 31 bits. */
const mostFloats = 2 ** 31 - 1

/**
 * All it takes to run the programs of one graph on a backend: they are compiled here, and share memory, parameters and states. What
 * goes in is named by the graph's own input nodes, what comes out as the computation names it.
 */
export class Runner {
  readonly backend: Backend
  readonly layout: ParameterLayout
  readonly states: States
  readonly #memories: Memories
  readonly #options: CompileOptions
  readonly #tasks: Task[] = []
  readonly #extents = new Map<string, Extents>()
  #last: Extents = {}
  /** The parameters that were uploaded last; undefined where they have changed since. */
  #values: Named | undefined
  #flat: Float32Array | undefined

  constructor(backend: Backend, { declared, states }: Lasting, options: CompileOptions = {}) {
    this.backend = backend
    this.layout = new ParameterLayout(declared.map(({ name, shape }) => parameter(name, shape)))
    this.#memories = new Memories(backend)
    this.states = new States(this.#memories, states)
    this.#options = options
  }

  /**
   * Compiles a computation; it is made by what makes programs of graphs.
   * @throws UnrolledError `option` where times are wanted of a backend that does not measure them.
   */
  async load(computation: (building: typeof Building) => Computation): Promise<Task> {
    // Who only makes or reads a model need not fetch the compiler.
    const building = await import('./building.ts')
    const { program } = building.compile(computation(building))
    const executable = await this.backend.compile(program, this.#options)
    const profile = this.#options.profile ? await this.#profile(program, executable) : undefined
    const task = new Task(program, executable, profile, (...given) => this.#fit(...given))
    this.#tasks.push(task)
    return task
  }

  /** The same object for the same sizes, by which programs know that nothing has changed. */
  extents(time: number, batch: number, source?: number): Extents {
    const last = this.#last
    // Who makes step after step asks for the same again and again.
    if (last['time'] === time && last['batch'] === batch && last['source'] === source) return last
    const key = [time, batch, source].join()
    this.#last = this.#extents.get(key) ?? (source === undefined ? { time, batch } : { time, source, batch })
    this.#extents.set(key, this.#last)
    return this.#last
  }

  /** Where rows of an input lie. */
  placeOf(input: Node, rows: number): Place {
    return { region: nameOf(input), floats: rows * padded(input.shape.columns) }
  }

  /** Writes an input, rows padded as device memory has them. What no program reads is left out. */
  put(input: Node, values: Numbers): void {
    this.#memories.put(nameOf(input), values)
  }

  /** The same for rows that have no pads. */
  putRows(input: Node, values: ArrayLike<number>): void {
    this.#memories.putRows(nameOf(input), values, input.shape.columns)
  }

  /** Uploads parameters. */
  upload(values: Named): void {
    const flat = this.#memories.numbers(this.layout.floats)
    this.layout.pack(values, flat)
    this.#memories.reserve(new Map([[parameterRegion, flat.length]]))
    this.#memories.put(parameterRegion, flat)
    this.changed()
    this.#values = values
  }

  /** Uploads parameters where they are not those of the last time. */
  use(values: Named): void {
    if (this.#values !== values) this.upload(values)
  }

  /** The parameters on the device are others now. */
  changed(): void {
    this.#values = undefined
    for (const task of this.#tasks) task.changed()
  }

  /** The parameters as they lie on the device: in an array that the next call fills anew. */
  async flat(): Promise<Float32Array> {
    this.#flat ??= new Float32Array(this.layout.floats)
    await this.#memories.read(parameterRegion, 0, this.#flat)
    return this.#flat
  }

  /** The parameters, read at once; absent where the backend cannot. */
  get parametersNow(): (() => Named) | undefined {
    const { backend } = this
    if (!backend.readSync) return undefined
    return () => {
      this.#flat ??= new Float32Array(this.layout.floats)
      backend.readSync!(this.#memories.of(parameterRegion), 0, this.#flat)
      return this.layout.unpack(this.#flat)
    }
  }

  /** Makes gradients zero; programs add to them. */
  clearGradients(): void {
    if (this.#memories.has(gradientRegion))
      this.#memories.put(gradientRegion, this.#memories.numbers(this.layout.floats))
  }

  /** The gradients of the parameters, zero for those that no program works out. */
  async gradients(): Promise<Named> {
    const flat = this.#memories.numbers(this.layout.floats)
    if (this.#memories.has(gradientRegion)) await this.#memories.read(gradientRegion, 0, flat)
    return this.layout.unpack(flat)
  }

  /** Makes a sum over windows zero. */
  clearSum(output: string): void {
    this.#memories.put(output, zero)
  }

  /** Reads an output from float `at` on. */
  read(output: string, at: number, into: Numbers): Promise<void> {
    return this.#memories.read(output, at, into)
  }

  /** The same, done at once where the backend can; so that with such a backend nothing waits. */
  readSoon(output: string, at: number, into: Numbers): Promise<void> | undefined {
    if (!this.backend.readSync) return this.read(output, at, into)
    this.backend.readSync(this.#memories.of(output), at, into)
    return undefined
  }

  /** An output without its pads, as precise as the backend computes. */
  rows(output: string, shape: readonly number[]): Promise<Tensor> {
    return this.#memories.rows(output, shape)
  }

  /**
   * Gives what was worked out ahead at a place to the program that goes on from it, whose sequences are those of the first, and again,
   * so many times. Says where it lies.
   */
  hand(place: number, { rows, columns }: Shape, extents: Extents, times: number): Place {
    const sizes = rows.map((axis) => (typeof axis === 'number' ? axis : extents[axis]!))
    const product = (some: readonly number[]): number => some.reduce((a, b) => a * b, 1)
    const batch = rows.indexOf('batch')
    const blocks = product(sizes.slice(0, Math.max(0, batch)))
    const floats = (product(sizes) / blocks) * padded(columns)
    const copies = batch < 0 ? 1 : times
    this.#memories.repeat(aheadRegion(place), keptRegion(place), blocks, floats, copies)
    return { region: keptRegion(place), floats: blocks * floats * copies }
  }

  /** Copies what lies in some places into memory of nobody's program, for as long as others take its place. */
  putAside(places: readonly Place[]): Memory {
    const memory = this.#memories.allocate(places.reduce((sum, { floats }) => sum + floats, 0))
    this.#eachPlace(places, (region, at, floats) => this.backend.copy(region, 0, memory, at, floats))
    return memory
  }

  /** Copies it back. */
  bringBack(places: readonly Place[], memory: Memory): void {
    this.#eachPlace(places, (region, at, floats) => this.backend.copy(memory, at, region, 0, floats))
  }

  /** Gives back what was put aside. */
  free(memory: Memory): void {
    this.#memories.free(memory)
  }

  /** Writes the adjoint of an output, rows without pads. */
  putAdjoint(output: string, values: ArrayLike<number>, columns: number): void {
    this.#memories.putRows(adjointRegion(output), values, columns)
  }

  /** The adjoint of an input, by the name under which it was wanted; undefined where none flows. */
  adjoint(input: string, shape: readonly number[]): Promise<Tensor> | undefined {
    const region = adjointRegion(input)
    return this.#memories.has(region) ? this.#memories.rows(region, shape) : undefined
  }

  /** An array of zeros as precise as the backend computes. */
  numbers(length: number): Numbers {
    return this.#memories.numbers(length)
  }

  /** Floats of all regions. */
  get floats(): number {
    return this.#memories.floats
  }

  /** What the kernels of all programs took, one by one. */
  kernels(): KernelTime[] {
    return this.#tasks.flatMap(({ profile }) => profile?.kernels() ?? [])
  }

  /** Gives back all memory and programs. */
  dispose(): void {
    for (const task of this.#tasks) task.executable.dispose()
    this.#tasks.length = 0
    this.#memories.dispose()
  }

  #eachPlace(places: readonly Place[], copy: (region: Memory, at: number, floats: number) => void): void {
    let at = 0
    for (const { region, floats } of places) {
      const memory = this.#memories.find(region)
      // What no program reads has no region.
      if (memory) copy(memory, at, floats)
      at += floats
    }
  }

  async #profile(program: Program, executable: Executable): Promise<Profile> {
    if (executable.times) {
      // What people seldom ask for need not be fetched by every page.
      const { Profile } = await import('./profile.ts')
      return new Profile(program, executable)
    }
    executable.dispose()
    throw new UnrolledError('option', `profile: the backend ${this.backend.name} measures no times; native and wasm do`)
  }

  /** Sees that every region of a program is large enough; programs are bound anew where memory was exchanged. */
  #fit({ regions }: Program, names: readonly string[], extents: Extents): Memory[] {
    const wanted = new Map<string, number>()
    for (const [i, { size }] of regions.entries()) {
      const floats = valueOf(size, extents)
      if (floats > mostFloats) throw tooLarge(names[i]!, floats, extents)
      wanted.set(names[i]!, floats)
    }
    if (this.#memories.reserve(wanted)) for (const task of this.#tasks) task.rebind((name) => this.#memories.of(name))
    return names.map((name) => this.#memories.of(name))
  }
}

function tooLarge(region: string, floats: number, extents: Extents): UnrolledError {
  const sizes = Object.entries(extents).map(([axis, size]) => `${axis} ${size}`)
  return new UnrolledError(
    'out-of-memory',
    `${region} would take ${floats} floats at ${sizes.join(', ')}; at most ${mostFloats} are possible: ` +
      'smaller batches, shorter windows or narrower layers need less',
  )
}

const zero = new Float32Array(1)
