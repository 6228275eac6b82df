import type { Executable, Extents, Memory, Program, Scalars } from '../backends/backend.ts'
import type { Profile } from './profile.ts'

/** Regions that belong to one program; all others are shared by name. */
const perProgram = new Set(['prepared', 'sums', 'finished'])

/** Sees to memory for a program's regions, by their names, at some extents. */
export type Fit = (program: Program, names: readonly string[], extents: Extents) => Memory[]

/** A compiled computation on the memory of its runner. */
export class Task {
  readonly program: Program
  readonly executable: Executable
  /** Where times are measured. */
  readonly profile: Profile | undefined
  /** Where its regions are found. */
  readonly #names: readonly string[]
  readonly #fit: Fit
  /** Whose memory it is bound to; none before the first. */
  #fitted: Extents | undefined
  /** Whether what depends on parameters alone has been worked out from those of now. */
  #prepared = false

  constructor(program: Program, executable: Executable, profile: Profile | undefined, fit: Fit) {
    this.program = program
    this.executable = executable
    this.profile = profile
    this.#names = program.regions.map(({ name }) => (perProgram.has(name) ? `${program.name}/${name}` : name))
    this.#fit = fit
  }

  /** Sees to memory for these extents, so that inputs can be written. */
  fit(extents: Extents): void {
    if (this.#fitted === extents) return
    const memories = this.#fit(this.program, this.#names, extents)
    if (!this.#fitted) this.executable.bind(memories)
    this.#fitted = extents
  }

  /** Runs over a window, after what depends on parameters alone where that is due. */
  run(extents: Extents, scalars: Scalars): void {
    this.fit(extents)
    if (!this.#prepared) this.#prepare(extents)
    this.executable.run(extents, scalars)
    this.profile?.count('body', extents)
  }

  /** What is left to do after the last window of an update. */
  finish(extents: Extents, scalars: Scalars): void {
    this.executable.finish(extents, scalars)
    this.profile?.count('finish', extents)
  }

  /** The parameters, or the memory that held what was made of them, are others now. */
  changed(): void {
    this.#prepared = false
  }

  /** Binds the program to memory that was exchanged, if it was bound before. */
  rebind(of: (name: string) => Memory): void {
    this.changed()
    if (this.#fitted) this.executable.bind(this.#names.map(of))
  }

  #prepare(extents: Extents): void {
    this.#prepared = true
    this.executable.prepare(extents)
    this.profile?.count('prepare', extents)
  }
}
