import type { Backend, Executable, Extents, Program } from '../backends/backend.ts'
import { costOf, kernelName } from '../compiler/explain.ts'

/** What one kernel of a program took and did, all its calls together. */
export interface KernelTime {
  /** The program it is part of; empty of the line for what is in no kernel. */
  readonly program: string
  /** Kind and shape: `product 50 × 128 · 128 × 512`. */
  readonly kernel: string
  /** How often it ran. */
  readonly calls: number
  /** What all those took together. */
  readonly milliseconds: number
  /** Floating-point operations; a multiply-add is two. */
  readonly operations: number
  /** Bytes read and written, as far as the instruction says. */
  readonly bytes: number
}

const parts = ['prepare', 'body', 'finish'] as const
export type Part = (typeof parts)[number]

/** Counts the runs of a program, so that its times can be held against what it had to do. */
export class Profile {
  readonly #program: Program
  readonly #executable: Executable
  /** Runs by extents; those who run a program again and again give it the same object. */
  readonly #runs: Readonly<Record<Part, Map<Extents, number>>> = {
    prepare: new Map(),
    body: new Map(),
    finish: new Map(),
  }

  constructor(program: Program, executable: Executable) {
    this.#program = program
    this.#executable = executable
  }

  count(part: Part, extents: Extents): void {
    const runs = this.#runs[part]
    runs.set(extents, (runs.get(extents) ?? 0) + 1)
  }

  /** Its kernels: equal instructions are one, and shapes are those of most runs. */
  kernels(): KernelTime[] {
    const known = new Map<string, KernelTime>()
    for (const one of this.#instructions()) {
      const other = known.get(one.kernel)
      const sum = (of: 'calls' | 'milliseconds' | 'operations' | 'bytes'): number => one[of] + (other?.[of] ?? 0)
      known.set(one.kernel, {
        program: one.program,
        kernel: one.kernel,
        calls: sum('calls'),
        milliseconds: sum('milliseconds'),
        operations: sum('operations'),
        bytes: sum('bytes'),
      })
    }
    return [...known.values()]
  }

  #instructions(): KernelTime[] {
    const measured = this.#executable.times!()
    return parts.flatMap((part) => {
      const runs = [...this.#runs[part]]
      const usual = runs.reduce<(typeof runs)[number] | undefined>((a, b) => (a && a[1] >= b[1] ? a : b), undefined)
      if (!usual) return []
      let axis: string | undefined
      return this.#program[part].flatMap((instruction, i) => {
        if (instruction.kind === 'loop') axis = instruction.axis
        if (instruction.kind === 'end') axis = undefined
        if (instruction.kind === 'loop' || instruction.kind === 'end') return []
        let operations = 0
        let bytes = 0
        for (const [extents, count] of runs) {
          const cost = costOf(instruction, extents)
          const times = count * (axis === undefined ? 1 : extents[axis]!)
          operations += times * cost.operations
          bytes += times * cost.bytes
        }
        return [
          {
            program: this.#program.name,
            kernel: kernelName(instruction, usual[0]),
            ...measured[part][i]!,
            operations,
            bytes,
          },
        ]
      })
    })
  }
}

/** Where the time of a run went, the longest first, and what the machine could do at most. */
export interface RunProfile {
  readonly profile: readonly KernelTime[]
  /** Floating-point operations a second of all threads together, in registers alone; absent where the backend cannot say. */
  readonly peak?: number
}

/** The kernels of a run of so many milliseconds, and a line for what was outside of them. */
export function runProfile(backend: Backend, kernels: readonly KernelTime[], elapsedMs: number): RunProfile {
  const within = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const outside = { program: '', kernel: 'outside of kernels', calls: 0, operations: 0, bytes: 0 }
  const rest = { ...outside, milliseconds: Math.max(0, elapsedMs - within) }
  const peak = backend.peak?.()
  return {
    profile: [...kernels, rest].sort((a, b) => b.milliseconds - a.milliseconds),
    ...(peak !== undefined && { peak: peak * backend.threads }),
  }
}
