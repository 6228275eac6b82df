import type { Backend, CompileOptions, Executable, Extents, Memory, Program, Scalars } from '../backends/backend.ts'
import type { Computation } from '../compiler/index.ts'
import { valueOf } from '../compiler/formula.ts'
import { UnrolledError } from '../error.ts'
import type * as Building from './building.ts'
import type { KernelTime, Profile } from './profile.ts'

/** Regions that belong to one program; all others are shared by name among the programs of a workspace. */
const perProgram = new Set(['prepared', 'sums', 'finished'])

/** Places in a region are counted in 31 bits. */
const mostFloats = 2 ** 31 - 1

function tooLarge(region: string, floats: number, extents: Extents): UnrolledError {
  const sizes = Object.entries(extents).map(([axis, size]) => `${axis} ${size}`)
  return new UnrolledError(
    'out-of-memory',
    `${region} would take ${floats} floats at ${sizes.join(', ')}; at most ${mostFloats} are possible: ` +
      'smaller batches, shorter windows or narrower layers need less',
  )
}

/**
 * Memory and compiled programs that work on it. Programs share parameters, gradients, states and scratch by the names of
 * regions. Memory grows only past the largest extents seen; a region that grows starts anew from zero.
 */
export class Workspace {
  readonly backend: Backend
  readonly #options: CompileOptions
  readonly #regions = new Map<string, Memory>()
  readonly #tasks: Task[] = []

  constructor(backend: Backend, options: CompileOptions = {}) {
    this.backend = backend
    this.#options = options
  }

  /**
   * Compiles a computation to run on this workspace's memory; it is made by what makes programs of graphs.
   * @throws UnrolledError `option` where times are wanted of a backend that does not measure them.
   */
  async load(computation: (building: typeof Building) => Computation): Promise<Task> {
    // Who only makes or reads a model need not fetch the compiler.
    const building = await import('./building.ts')
    const { program } = building.compile(computation(building))
    const executable = await this.backend.compile(program, this.#options)
    const profile = this.#options.profile ? await this.#profile(program, executable) : undefined
    const task = new Task(program, executable, (names, extents) => this.#fit(program, names, extents), profile)
    this.#tasks.push(task)
    return task
  }

  /** What the kernels of all programs took, one by one. */
  kernels(): KernelTime[] {
    return this.#tasks.flatMap(({ profile }) => profile?.kernels() ?? [])
  }

  /** The memory of a region; it exists once a program that uses it has been fitted to its extents. */
  memory(region: string): Memory {
    const memory = this.#regions.get(region)
    if (!memory) throw new UnrolledError('runtime', `the region ${region} has no memory yet`)
    return memory
  }

  /** Floats of all regions. */
  get floats(): number {
    let floats = 0
    for (const memory of this.#regions.values()) floats += memory.floats
    return floats
  }

  has(region: string): boolean {
    return this.#regions.has(region)
  }

  write(region: string, at: number, values: Float32Array | Float64Array): void {
    this.backend.write(this.memory(region), at, values)
  }

  read(region: string, at: number, into: Float32Array | Float64Array): Promise<void> {
    return this.backend.read(this.memory(region), at, into)
  }

  /** Gives back all memory and programs. */
  dispose(): void {
    for (const task of this.#tasks) task.executable.dispose()
    for (const memory of this.#regions.values()) this.backend.free(memory)
    this.#tasks.length = 0
    this.#regions.clear()
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
  #fit(program: Program, names: readonly string[], extents: Extents): Memory[] {
    const wanted = new Map<string, number>()
    for (const [i, { size }] of program.regions.entries()) {
      const name = names[i]!
      const floats = valueOf(size, extents)
      if ((this.#regions.get(name)?.floats ?? -1) >= floats) continue
      if (floats > mostFloats) throw tooLarge(name, floats, extents)
      wanted.set(name, floats)
    }
    if (wanted.size > 0) this.#exchange(this.#allocated(wanted))
    return names.map((name) => this.#regions.get(name)!)
  }

  /** Memory for some regions: for all of them or, where it runs out, for none. */
  #allocated(wanted: ReadonlyMap<string, number>): Map<string, Memory> {
    const made = new Map<string, Memory>()
    try {
      for (const [name, floats] of wanted) made.set(name, this.backend.allocate(floats))
      return made
    } catch (error) {
      for (const memory of made.values()) this.backend.free(memory)
      throw error
    }
  }

  #exchange(made: ReadonlyMap<string, Memory>): void {
    for (const [name, memory] of made) {
      const known = this.#regions.get(name)
      if (known) this.backend.free(known)
      this.#regions.set(name, memory)
    }
    for (const task of this.#tasks) task.rebind(this.#regions)
  }
}

/** A compiled computation in a workspace. */
export class Task {
  readonly program: Program
  readonly executable: Executable
  /** Where times are measured. */
  readonly profile: Profile | undefined
  /** Names of the program's regions in the workspace. */
  readonly #names: readonly string[]
  readonly #fit: (names: readonly string[], extents: Extents) => Memory[]
  #fitted: Extents | undefined
  #bound = false

  constructor(
    program: Program,
    executable: Executable,
    fit: (names: readonly string[], extents: Extents) => Memory[],
    profile: Profile | undefined,
  ) {
    this.program = program
    this.executable = executable
    this.profile = profile
    this.#names = program.regions.map(({ name }) => (perProgram.has(name) ? `${program.name}/${name}` : name))
    this.#fit = fit
  }

  /** Sees to memory for these extents, so that inputs can be written. */
  fit(extents: Extents): void {
    if (this.#fitted === extents && this.#bound) return
    const memories = this.#fit(this.#names, extents)
    if (!this.#bound) this.executable.bind(memories)
    this.#bound = true
    this.#fitted = extents
  }

  /** What depends on parameters alone; to be run when they have changed. */
  prepare(extents: Extents): void {
    this.fit(extents)
    this.executable.prepare(extents)
    this.profile?.count('prepare', extents)
  }

  run(extents: Extents, scalars: Scalars): void {
    this.fit(extents)
    this.executable.run(extents, scalars)
    this.profile?.count('body', extents)
  }

  /** What is left to do after the last window of an update. */
  finish(extents: Extents, scalars: Scalars): void {
    this.executable.finish(extents, scalars)
    this.profile?.count('finish', extents)
  }

  /** Binds the program to memory that was exchanged, if it was bound before. */
  rebind(regions: ReadonlyMap<string, Memory>): void {
    if (!this.#bound) return
    const memories = this.#names.map((name) => regions.get(name))
    if (memories.every((memory) => memory !== undefined)) this.executable.bind(memories)
    else this.#bound = false
  }
}
