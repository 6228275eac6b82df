import type { Formula } from '../backends/backend.ts'
import type { RowAxis } from '../graph/index.ts'
import { plus, term } from './formula.ts'
import { padded } from './layout.ts'
import type { Meaning } from './meaning.ts'

/** A block of memory: rows of `width` floats over its axes; a state's has one slot more than there are steps. */
export interface Buffer {
  /** Tells it from all others. */
  readonly id: number
  readonly region: string
  readonly rows: readonly RowAxis[]
  readonly width: number
  readonly extraSlot: boolean
  /** Where it starts in its region; scratch is placed by the plan. */
  offset: Formula
  /** First and last unit that touches it. */
  first: number
  last: number
}

/** Where the columns of an array lie in a buffer. Several arrays may share one: gates stand side by side. */
export interface Home {
  readonly buffer: Buffer
  readonly column: number
  readonly columns: number
}

/** A way of reading an array: all steps, one slot later, after the last step, or some columns. */
export interface View {
  readonly home: Home
  readonly shift: Formula
  /** Axes along which the view moves; an axis of the buffer not named stands still. */
  readonly rows: readonly RowAxis[]
  /** First column and number of columns. */
  readonly column: number
  readonly columns: number
}

/** A place whose buffer may not have its offset yet. */
export interface Spot {
  readonly buffer: Buffer
  readonly shift: Formula
  /** Axes along which it moves. */
  readonly along: readonly RowAxis[]
  readonly broadcast: boolean
  /** Whether it is a matrix that an instruction goes over in its own way, whatever rows the instruction has. */
  readonly own?: boolean
  /** The elements that are meant; all of these hold. */
  readonly means: readonly Meaning[]
  /** What is there before something is added to it, where that is another array: one that a product is made in. */
  readonly found?: readonly Meaning[]
}

let buffers = 0

export const bufferOf = (region: string, rows: readonly RowAxis[], width: number, extraSlot = false): Buffer => ({
  id: buffers++,
  region,
  rows,
  width,
  extraSlot,
  offset: [],
  first: Infinity,
  last: -Infinity,
})

const sizeOf = (axis: RowAxis, factor: number): [number, string[]] =>
  typeof axis === 'number' ? [factor * axis, []] : [factor, [axis]]

/** Floats of rows × width over the given axes. */
export function floats(rows: readonly RowAxis[], width: number): Formula {
  let factor = width
  const axes: string[] = []
  for (const axis of rows) {
    const [scaled, named] = sizeOf(axis, factor)
    factor = scaled
    axes.push(...named)
  }
  return term(factor, ...axes)
}

/** Floats between two steps of a buffer. */
export const slotOf = ({ rows, width }: Buffer): Formula => floats(rows.slice(1), width)

export const bufferSize = (buffer: Buffer): Formula =>
  plus(floats(buffer.rows, buffer.width), buffer.extraSlot ? slotOf(buffer) : [])

/** The view of a whole array. */
export const whole = (home: Home, shift: Formula = []): View => ({
  home,
  shift,
  rows: home.buffer.rows,
  column: 0,
  columns: home.columns,
})

/** The array itself, `columns` wide, alone in a buffer. */
export const ownHome = (region: string, rows: readonly RowAxis[], columns: number): Home => ({
  buffer: bufferOf(region, rows, padded(columns)),
  column: 0,
  columns,
})

export const spotOf = ({ home, shift, rows, column }: View, means: readonly Meaning[]): Spot => ({
  buffer: home.buffer,
  shift: plus(shift, term(home.column + column)),
  along: rows,
  broadcast: false,
  means,
})

/** Floats from one index of an axis to the next; none where the spot stands still. */
export const strideOf = ({ buffer, along }: Spot, axis: RowAxis): Formula =>
  along.includes(axis) ? floats(buffer.rows.slice(buffer.rows.indexOf(axis) + 1), buffer.width) : []

/** A matrix as a whole. */
export const asMatrix = (spot: Spot): Spot => ({ ...spot, own: true })
