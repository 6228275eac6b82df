/**
 * The contract between the compiler and the machines that run its programs: the instruction set, the memory and the calls.
 *
 * A program is a flat list of instructions over named regions of memory. It knows nothing of cells, layers or training.
 * Extents (`time`, `batch`, ...) are run-time values; every place and count is a formula of them.
 */

import { wrongOption } from '../options.ts'

/** A whole number as a sum of products of extents: [{ factor: 16, axes: ['time', 'batch'] }, ...]. Empty means 0. */
export type Formula = readonly Term[]
export interface Term {
  readonly factor: number
  readonly axes: readonly string[]
}

export type Extents = Readonly<Record<string, number>>

/** Run-time unsigned 32-bit integers an instruction may name: `seed`, `step`, `window`, `sequence`. */
export type Scalars = Readonly<Record<string, number>>

/**
 * Where an array lies. The element at outer index t, row r, column c is at
 * `offset + t * stride + r * pitch + (broadcast ? 0 : c)`, in floats from the start of the region.
 * Inside a LOOP, t is the loop's index; outside, an instruction walks t over [0, outer).
 */
export interface Place {
  readonly region: number
  readonly offset: Formula
  readonly stride: Formula
  readonly pitch: Formula
  /** One value a row: every column reads the float at column 0. */
  readonly broadcast: boolean
}

/** Which (t, row) an instruction covers. `outer` is 1 inside a LOOP. */
export interface Span {
  readonly outer: Formula
  readonly rows: Formula
}

/** Functions of one value, and of two; native numbers them in this order (`enum Operation` in native/kernels.h). */
export const unary = [
  'neg',
  'abs',
  'sign',
  'sqrt',
  'exp',
  'log',
  'sigmoid',
  'tanh',
  'softplus',
  'sin',
  'cos',
  'erf',
] as const
export const binary = ['add', 'sub', 'mul', 'div', 'min', 'max', 'less'] as const
export type Unary = (typeof unary)[number]
export type Binary = (typeof binary)[number]

/**
 * One pointwise operation on values already at hand. Values are numbered: the inputs of the instruction first, then the
 * result of each operation in turn. `less` is 1 where a < b, else 0 (0 when either is NaN). `select` takes a where
 * condition is not 0, else b. `min`, `max` give NaN if either is NaN. `sign` of 0 is 0. `position` is the outer index t.
 * `sin` and `cos` of an infinity are NaN.
 */
export type PointwiseOperation =
  | { readonly op: Unary; readonly a: number }
  | { readonly op: Binary; readonly a: number; readonly b: number }
  | { readonly op: 'select'; readonly condition: number; readonly a: number; readonly b: number }
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'position' }

/** A result written by ROWS: value number `value` to `place`; then `pad` columns of zeros behind it. */
export interface Output {
  readonly value: number
  readonly place: Place
  readonly pad: number
}

/**
 * A pointwise operation list on every row of the span, `columns` wide; each input is read once. An output may lie exactly
 * on an input (in place). With `rows` = 1 and many columns this is the optimizer's update.
 */
export interface RowsInstruction extends Span {
  readonly kind: 'rows'
  readonly columns: number
  readonly inputs: readonly Place[]
  readonly operations: readonly PointwiseOperation[]
  readonly outputs: readonly Output[]
}

/** One block of a packed matrix: element (k, n) of the block comes from source[row n, column k], or [row k, column n] if `transposed`. */
export interface PackBlock {
  readonly source: Place
  readonly atK: number
  readonly atN: number
  readonly k: number
  readonly n: number
  readonly transposed: boolean
}

/** Lays a k × n right-hand matrix out as the backend's product kernel likes it; what no block covers is zero. */
export interface PackInstruction {
  readonly kind: 'pack'
  readonly pack: number
  readonly k: number
  readonly n: number
  readonly blocks: readonly PackBlock[]
}

/**
 * dest[row, n] = start + Σ_k a[row, k] · pack[k, n], the sum taken in the order of k from `start`, one multiply-add at a
 * time, whatever the number of rows: zero, what is in dest already, or `row` (a vector of n columns, the same for all rows).
 * `n` columns are written, n being a multiple of 16 where dest is padded (pads of the pack are zero).
 */
export interface GemmInstruction extends Span {
  readonly kind: 'gemm'
  readonly a: Place
  readonly k: number
  readonly pack: number
  readonly n: number
  readonly dest: Place
  readonly start: 'zero' | 'dest' | { readonly row: Place }
}

/**
 * dest[m, n] += Σ over (t, row) of g[t, row, m] · a[t, row, n]: the gradient of a matrix. t is cut into chunks of `chunk`
 * steps from 0; chunks go last to first; each chunk is summed from zero in rising (t, row), then added to dest.
 * `dest.pitch` separates its m rows.
 */
export interface GemmTaInstruction extends Span {
  readonly kind: 'gemm-ta'
  readonly g: Place
  readonly m: number
  readonly a: Place
  readonly n: number
  readonly dest: Place
  readonly chunk: number
}

/**
 * dest[t, row] = table[ids[t, row]], `columns` wide and `pad` zeros. The table has `count` rows; where an id is none of them (not a
 * whole number from 0 to count − 1), the columns are NaN.
 */
export interface GatherInstruction extends Span {
  readonly kind: 'gather'
  readonly table: Place
  readonly ids: Place
  readonly dest: Place
  readonly count: number
  readonly columns: number
  readonly pad: number
}

/**
 * dest[ids[t, row]] += source[t, row]: one addition at a time, chunks of `chunk` steps last to first, rising (t, row) within.
 * dest has `count` rows; what has an id that is none of them is left out.
 */
export interface ScatterAddInstruction extends Span {
  readonly kind: 'scatter-add'
  readonly source: Place
  readonly ids: Place
  readonly dest: Place
  readonly count: number
  readonly columns: number
  readonly chunk: number
}

/**
 * dest[t, row] += source[t, row], where dest's stride or pitch is 0 along each summed axis. Chunks of `chunk` steps, last to
 * first. Where both stride and pitch are 0, each chunk is summed from zero, then added to dest; else one addition at a time.
 */
export interface SumRowsInstruction extends Span {
  readonly kind: 'sum-rows'
  readonly source: Place
  readonly dest: Place
  readonly columns: number
  readonly chunk: number
}

/** dest[t, row, 0] = sum or maximum of source[t, row, 0..columns). The sum's order depends on `columns` alone. */
export interface ReduceColumnsInstruction extends Span {
  readonly kind: 'reduce-columns'
  readonly reduction: 'sum' | 'max'
  readonly source: Place
  readonly columns: number
  readonly dest: Place
}

/** loss[t, row, 0] = log Σ_c exp(logits[c]) − logits[target], in nats; the maximum is taken out first. NaN where the target is no column. */
export interface CrossEntropyInstruction extends Span {
  readonly kind: 'cross-entropy'
  readonly logits: Place
  readonly targets: Place
  readonly columns: number
  readonly loss: Place
}

/**
 * dest = (softmax(logits) − onehot(target)) · weight[t, row, 0]; exactly zero where the weight is zero, else NaN where the target is
 * no column; `pad` zeros behind.
 * `loss`, if there is one, gets what `cross-entropy` would give, in the same pass.
 */
export interface CrossEntropyGradientInstruction extends Span {
  readonly kind: 'cross-entropy-gradient'
  readonly logits: Place
  readonly targets: Place
  readonly weight: Place
  readonly columns: number
  readonly dest: Place
  readonly pad: number
  readonly loss?: Place
}

/** dest[0] = Σ source², over one row of `columns`, in double precision in blocks of 4096. */
export interface SumSquaresInstruction {
  readonly kind: 'sum-squares'
  readonly source: Place
  readonly columns: number
  readonly dest: Place
}

/**
 * Uniform numbers in [0, 1), a function of (seed, site, step, sequence, column) alone, where step = scalars.step + t
 * if `perStep`, else scalars.window (the first step of the window; scalars.step where it is not given), sequence = scalars.sequence + row:
 * key = mix(mix(mix(seed + site·0x9E3779B9) + step·0x85EBCA6B) + sequence·0xC2B2AE35),
 * u = (mix(key + column·0x27D4EB2F) >>> 8) · 2⁻²⁴, all in wrapping 32-bit arithmetic, with
 * mix(x): x ^= x>>>16; x *= 0x7feb352d; x ^= x>>>15; x *= 0x846ca68b; x ^= x>>>16.
 */
export interface RandomInstruction extends Span {
  readonly kind: 'random'
  readonly site: number
  readonly perStep: boolean
  readonly columns: number
  readonly dest: Place
  readonly pad: number
}

/** dest = value, `columns` wide. */
export interface FillInstruction extends Span {
  readonly kind: 'fill'
  readonly value: number
  readonly columns: number
  readonly dest: Place
}

/** Runs everything up to the matching `end` for t = 0, 1, ... count − 1, or from count − 1 down. Loops do not nest. */
export interface LoopInstruction {
  readonly kind: 'loop'
  readonly axis: string
  readonly reverse: boolean
}
export interface EndInstruction {
  readonly kind: 'end'
}

export type Instruction =
  | RowsInstruction
  | PackInstruction
  | GemmInstruction
  | GemmTaInstruction
  | GatherInstruction
  | ScatterAddInstruction
  | SumRowsInstruction
  | ReduceColumnsInstruction
  | CrossEntropyInstruction
  | CrossEntropyGradientInstruction
  | SumSquaresInstruction
  | RandomInstruction
  | FillInstruction
  | LoopInstruction
  | EndInstruction

/** A named region of memory and the floats it needs at given extents. */
export interface Region {
  readonly name: string
  readonly size: Formula
}

/**
 * `prepare` depends on parameters alone (packed weights, products of parameters) and is run again only when they change.
 * `finish` works on sums over all windows of one update (gradients that pass through a sum over time) and is run once after
 * the last of them, with that one's extents and before anything else runs: it may read what that one left in scratch; it sees no `time`. Packed matrices belong to the executable. Every other array lies in a region that is bound from outside.
 */
export interface Program {
  readonly name: string
  readonly regions: readonly Region[]
  readonly packs: number
  readonly prepare: readonly Instruction[]
  readonly body: readonly Instruction[]
  readonly finish: readonly Instruction[]
}

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

export interface Backend {
  readonly name: string
  /** Which kernels run: `float64`, `wasm`, `wasm-fma`, ... Results are determined by seed and kernels. */
  readonly kernels: string
  /** How many threads share the work; it changes no bit of the results. */
  readonly threads: number
  /** Whether it can do no more work, because a thread of it has died. */
  readonly broken?: boolean
  /** New memory, all zero. */
  allocate(floats: number): Memory
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
  compile(program: Program, options?: CompileOptions): Promise<Executable>
  /** Floating-point operations a second that one core does in registers alone, measured: what no kernel can exceed. */
  peak?(): number
}
