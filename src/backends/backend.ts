/**
 * The contract between what wants programs run and the machines that run them: memory and calls. The language of programs,
 * instructions over named regions of memory, is `program/`; it knows nothing of cells, layers or training.
 * Extents (`time`, `batch`, ...) are run-time values; every place and count is a formula of them.
 */

import { wrongOption } from '../options.ts'
import type { Extents, Scalars } from './program/place.ts'
import type { Program } from './program/program.ts'

export type { Instruction } from './program/instructions.ts'
export type { EndInstruction, LoopInstruction } from './program/loops.ts'
export type { CrossEntropyGradientInstruction, CrossEntropyInstruction } from './program/losses.ts'
export type { Extents, Formula, Place, Scalars, Span, Term } from './program/place.ts'
export { binary, unary, type Binary, type PointwiseOperation, type Unary } from './program/pointwise.ts'
export type { GemmInstruction, GemmTaInstruction, PackBlock, PackInstruction } from './program/products.ts'
export type { Program, Region } from './program/program.ts'
export type { RandomInstruction } from './program/random.ts'
export type { FillInstruction, Output, RowsInstruction } from './program/rows.ts'
export type { GatherInstruction, ScatterAddInstruction } from './program/tables.ts'

/** Device memory; nobody outside the backend sees into it. */
export interface Memory {
  readonly floats: number
}

/** What of a program may be chosen when it is compiled. */
export interface CompileOptions {
  /**
   * The format in which every packed matrix is kept, those of `prepare` included; `float32` if left out. Sums are float32.
   *
   * `float16`: each value rounded to the nearest half, ties to even; from 65520 on it is infinite.
   * `int8`: of each column of the packed matrix, scale = largest magnitude / 127 in float32 and q = value / scale rounded to the
   * nearest whole number in [−127, 127], ties to even; the value is q · scale, its zero is +0. Where the scale is zero, so is the
   * column; where a value is not finite, the column is NaN.
   */
  readonly weights?: WeightFormat
  /** Measures the time of every instruction. */
  readonly profile?: boolean
}
/**
 * How weight matrices are kept: as float32, as IEEE 754's binary16, or in 8 bits with a scale for each output; see
 * `InferenceOptions`.
 */
export type WeightFormat = 'float32' | 'float16' | 'int8'
export const weightFormats: readonly WeightFormat[] = ['float32', 'float16', 'int8']

/** Gives the format back, `float32` where there is none; `owner` is what takes the option. */
export function checkWeights(owner: string, value: unknown = 'float32'): WeightFormat {
  const format = weightFormats.find((known) => known === value)
  if (format === undefined) throw wrongOption(owner, 'weights', value, 'float32, float16 or int8')
  return format
}

/** What one instruction took so far, all its runs together. */
export interface InstructionTime {
  readonly calls: number
  readonly milliseconds: number
}

/** Times by instruction, in the order of the program's lists; a `loop` and its `end` take none of their own. */
export interface ProgramTimes {
  readonly prepare: readonly InstructionTime[]
  readonly body: readonly InstructionTime[]
  readonly finish: readonly InstructionTime[]
}

/**
 * A compiled program. What it runs may be queued, so that the caller is free meanwhile; `write` and `read` come after what was
 * queued before them.
 *
 * No run reads or writes outside of the program's regions, whatever it is given: before anything of a list runs, every place of it
 * is held against the extents and the memory bound (`out-of-region`, `region-too-small`, `bad-extent`), once for each new set of
 * them. Ids and targets are looked at where they are read.
 */
export interface Executable {
  /** Says which memory each region of the program is, in the program's order. Kept until the next call. */
  bind(regions: readonly Memory[]): void
  /** Runs `prepare`. */
  prepare(extents: Extents): void
  /** Runs `body`. Makes no array once the largest extents have been seen. */
  run(extents: Extents, scalars: Scalars): void
  /** Runs `finish`. */
  finish(extents: Extents, scalars: Scalars): void
  /** The times since it was compiled; only where they are measured. */
  times?(): ProgramTimes
  /** Gives back what the executable owns. */
  dispose(): void
}

/** Which backend is wanted; what is left out is the backend's to choose. */
export interface BackendChoice {
  readonly name?: string | undefined
  readonly kernels?: string | undefined
  readonly threads?: number | undefined
}

/**
 * What programs run on: memory, and what makes programs executable. Those that come with the package go by name; `EngineOptions`
 * takes one of one's own too.
 */
export interface Backend {
  /** `native`, `wasm` or `reference`, or what one's own is called; the event `done` of a run tells it. */
  readonly name: string
  /** Which kernels run: `float64`, `wasm`, `wasm-fma`, ... Results are determined by seed and kernels. */
  readonly kernels: string
  /** How many threads share the work; it changes no bit of the results. */
  readonly threads: number
  /** Whether it can do no more work, because a thread of it has died. */
  readonly broken?: boolean
  /** New memory, all zero. */
  allocate(floats: number): Memory
  /**
   * Gives memory back. What uses it afterwards is refused.
   * @throws UnrolledError `foreign-memory` for memory of another backend.
   */
  free(memory: Memory): void
  /** Copies `values` into memory from float `at` on. */
  write(memory: Memory, at: number, values: Float32Array | Float64Array): void
  /**
   * Copies floats from one memory of this backend to another, or within one, after everything queued before; before all that comes
   * later. Where both parts overlap, what arrives is what stood in `from` before.
   */
  copy(from: Memory, fromAt: number, to: Memory, toAt: number, floats: number): void
  /** Copies memory from float `at` on into `into`, after everything queued before. */
  read(memory: Memory, at: number, into: Float32Array | Float64Array): Promise<void>
  /** The same at once, where the backend can: it waits, and nothing else happens meanwhile. For work that takes no time. */
  readSync?(memory: Memory, at: number, into: Float32Array | Float64Array): void
  /**
   * Makes a program executable; without options its matrices are float32, and no times are measured.
   * @throws UnrolledError `bad-program` for instructions that break the contract.
   */
  compile(program: Program, options?: CompileOptions): Promise<Executable>
  /** Floating-point operations a second that one core does in registers alone, measured: what no kernel can exceed. */
  peak?(): number
}
