/**
 * Programs by hand, over arrays that know their own values: the float of an array at (step, row, column) is a function of
 * those three alone, so that the same program can be run on all rows, on one row, or on some of the steps.
 */

import type {
  Backend,
  CompileOptions,
  Executable,
  Formula,
  Instruction,
  LoopInstruction,
  Place,
  Program,
} from '../../src/backends/backend.ts'

export const fixed = (value: number): Formula => (value === 0 ? [] : [{ factor: value, axes: [] }])
const times = (factor: number, ...axes: string[]): Formula => [{ factor, axes }]

export const time = times(1, 'time')
export const batch = times(1, 'batch')
export const one = fixed(1)

/** How an array lies, and what it begins with. Awkward on purpose: floats before it and between its rows. */
export interface Shape {
  readonly columns: number
  /** Columns behind the others that an instruction is going to fill with zeros. */
  readonly pad?: number
  /** Floats between rows that nothing may touch. */
  readonly gap?: number
  /** Floats before the array that nothing may touch. */
  readonly lead?: number
  /** `time` (the default), or the same at every step. */
  readonly steps?: 'time' | 'same'
  /** Steps beyond those of the window: states have one. */
  readonly more?: number
  /** `batch` (the default), a fixed number of rows, or the same row for all. */
  readonly rows?: 'batch' | 'same' | number
  /** One value a row, for every column of the instruction. */
  readonly broadcast?: boolean
  /** The float at (step, row, column), given a number in [−1, 1) of its own. */
  readonly value?: (noise: number, step: number, row: number, column: number) => number
}

export interface DraftArray {
  readonly region: number
  readonly shape: Shape
  readonly place: Place
  /** The place some steps, rows or columns further on. */
  readonly from: (at: { step?: number; row?: number; column?: number }) => Place
}

/** Some steps and some rows of a larger whole. */
export interface Window {
  readonly step: number
  readonly steps: number
  readonly row: number
  readonly rows: number
}
export const whole = (steps: number, rows: number): Window => ({ step: 0, steps, row: 0, rows })

/** Large and small in turn, so that what one run leaves behind shows in the next. */
export const windows: readonly Window[] = [
  whole(4, 5),
  whole(1, 1),
  whole(1, 50),
  whole(4, 2),
  whole(0, 2),
  whole(7, 7),
  whole(2, 0),
  whole(4, 1),
]

/** Whether a draft's instructions walk over the steps themselves, or stand in a loop. */
export type Mode = 'outer' | 'forward' | 'reverse'
export const modes: readonly Mode[] = ['outer', 'forward', 'reverse']

/** A program under construction, and its arrays. */
export class Draft {
  readonly mode: Mode
  readonly arrays: DraftArray[] = []
  readonly prepare: Instruction[] = []
  readonly body: Instruction[] = []
  readonly finish: Instruction[] = []
  packs = 0

  constructor(mode: Mode = 'outer') {
    this.mode = mode
  }

  /** All rows of all steps, or of this step where the instructions stand in a loop. */
  get span(): { outer: Formula; rows: Formula } {
    return { outer: this.mode === 'outer' ? time : one, rows: batch }
  }

  array(shape: Shape): DraftArray {
    const region = this.arrays.length
    const pitch = pitchOf(shape)
    const perRow = shape.rows === 'same' ? 0 : pitch
    const stride: Formula =
      shape.steps === 'same'
        ? []
        : shape.rows === 'same'
          ? times(pitch)
          : times(pitch * rowFactor(shape), ...rowAxes(shape))
    const from: DraftArray['from'] = ({ step = 0, row = 0, column = 0 }) => ({
      region,
      offset: [
        ...fixed((shape.lead ?? 0) + row * pitch + column),
        ...stride.map((t) => ({ ...t, factor: t.factor * step })),
      ],
      stride,
      pitch: fixed(perRow),
      broadcast: shape.broadcast ?? false,
    })
    const array = { region, shape, place: from({}), from }
    this.arrays.push(array)
    return array
  }

  program(): Program {
    const loop = (reverse: boolean): LoopInstruction => ({ kind: 'loop', axis: 'time', reverse })
    return {
      name: 'draft',
      regions: this.arrays.map(({ shape }, index) => ({ name: `array ${index}`, size: sizeOf(shape) })),
      packs: this.packs,
      prepare: this.prepare,
      body: this.mode === 'outer' ? this.body : [loop(this.mode === 'reverse'), ...this.body, { kind: 'end' }],
      finish: this.finish,
    }
  }
}

/** The same with steps walked around the instructions that go over them, twice: over all of them, and over one. */
export function walked(draft: Draft): Draft {
  const moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(moved)
    if (typeof value !== 'object' || value === null) return value
    if ('pitch' in value) return { ...value, stride: [], walk: [(value as Place).stride, fixed(12345)] }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, moved(inner)]))
  }
  for (const list of [draft.prepare, draft.body, draft.finish]) {
    list.forEach((it, at) => {
      if ('outer' in it) list[at] = { ...(moved(it) as typeof it), outer: one, walk: [it.outer, one] }
    })
  }
  return draft
}

const pitchOf = ({ columns, pad = 0, gap = 0 }: Shape): number => columns + pad + gap
const rowFactor = ({ rows = 'batch' }: Shape): number => (typeof rows === 'number' ? rows : 1)
const rowAxes = ({ rows = 'batch' }: Shape): string[] => (rows === 'batch' ? ['batch'] : [])

function sizeOf(shape: Shape): Formula {
  const floats = pitchOf(shape) * rowFactor(shape)
  const steps: Formula =
    shape.steps === 'same'
      ? times(floats, ...rowAxes(shape))
      : [...times(floats, 'time', ...rowAxes(shape)), ...times(floats * (shape.more ?? 0), ...rowAxes(shape))]
  return [...fixed(shape.lead ?? 0), ...steps]
}

/** Where the float of an array at (step, row, column) of the whole lies in a window. */
export function indexOf(shape: Shape, window: Window, step: number, row: number, column: number): number {
  const { steps = 'time', rows = 'batch', lead = 0 } = shape
  const inStep = rows === 'batch' ? window.rows : rows === 'same' ? 1 : rows
  const before =
    (steps === 'same' ? 0 : (step - window.step) * inStep) +
    (rows === 'same' ? 0 : row - (rows === 'batch' ? window.row : 0))
  return lead + before * pitchOf(shape) + (shape.broadcast === true ? 0 : column)
}

const lengthOf = (shape: Shape, { steps, rows }: Window): number =>
  sizeOf(shape).reduce((sum, { factor, axes }) => {
    const extents = axes.map((axis) => (axis === 'time' ? steps : rows))
    return sum + extents.reduce((product, extent) => product * extent, factor)
  }, 0)

type Visit = (at: number, step: number, row: number, column: number) => void

/** Visits the floats of an array in a window with the step, row and column of each; column −1 where nothing may be touched. */
export function eachFloat(shape: Shape, window: Window, visit: Visit): void {
  const { steps = 'time', rows = 'batch', more = 0, lead = 0, gap = 0 } = shape
  for (let at = 0; at < lead; at++) visit(at, 0, 0, -1)
  const pitch = pitchOf(shape)
  const [firstStep, stepCount] = steps === 'same' ? [0, 1] : [window.step, window.steps + more]
  const [firstRow, rowCount] = rows === 'batch' ? [window.row, window.rows] : [0, rows === 'same' ? 1 : rows]
  let at = lead
  for (let step = firstStep; step < firstStep + stepCount; step++) {
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      for (let column = 0; column < pitch; column++) visit(at++, step, row, column < pitch - gap ? column : -1)
    }
  }
}

const mixed = (x: number, part: number): number => {
  x = Math.imul(x ^ part, 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}

/** A number in [−1, 1) of the array's own at (step, row, column). */
const noise = (region: number, step: number, row: number, column: number): number =>
  mixed(mixed(mixed(mixed(0x9e3779b9, region), step), row), column) / 2147483648

const known = new WeakMap<Draft, Map<string, readonly Float32Array[]>>()

/** What the arrays begin with, rounded to the floats that every backend has. Not to be written to. */
export function initialValues(draft: Draft, window: Window): readonly Float32Array[] {
  let ofDraft = known.get(draft)
  if (ofDraft === undefined) known.set(draft, (ofDraft = new Map()))
  const key = `${window.step} ${window.steps} ${window.row} ${window.rows}`
  let values = ofDraft.get(key)
  if (values === undefined) ofDraft.set(key, (values = draft.arrays.map((array) => valuesOf(array, window))))
  return values
}

function valuesOf({ region, shape }: DraftArray, window: Window): Float32Array {
  const { value = (u: number) => u, columns } = shape
  const values = new Float32Array(lengthOf(shape, window))
  eachFloat(shape, window, (at, step, row, column) => {
    const own = noise(region, step, row, column)
    values[at] = column >= 0 && column < columns ? value(own, step, row, column) : own
  })
  return values
}

/** What one backend makes of drafts. Each draft is compiled once and then run on any window. */
export class Trial {
  readonly backend: Backend
  readonly #options: CompileOptions
  readonly #compiled = new Map<Draft, Promise<Executable>>()

  constructor(backend: Backend, options: CompileOptions = {}) {
    this.backend = backend
    this.#options = options
  }

  /** Runs all three parts of a draft on a window; gives all arrays as they are afterwards. */
  async run(
    draft: Draft,
    window: Window,
    begin: readonly (Float32Array | Float64Array)[] = initialValues(draft, window),
  ): Promise<Float64Array[]> {
    const { backend } = this
    let compiled = this.#compiled.get(draft)
    if (compiled === undefined) {
      compiled = backend.compile(draft.program(), this.#options)
      this.#compiled.set(draft, compiled)
    }
    const executable = await compiled
    const memories = begin.map((values) => backend.allocate(values.length))
    for (const [index, memory] of memories.entries()) backend.write(memory, 0, begin[index]!)
    executable.bind(memories)
    const extents = { time: window.steps, batch: window.rows }
    const scalars = { seed: 0xfedcba98, step: 1000 + window.step, sequence: 3 + window.row }
    executable.prepare(extents)
    executable.run(extents, scalars)
    executable.finish(extents, scalars)
    const results = begin.map((values) => new Float64Array(values.length))
    for (const [index, memory] of memories.entries()) {
      await backend.read(memory, 0, results[index]!)
      backend.free(memory)
    }
    return results
  }
}
