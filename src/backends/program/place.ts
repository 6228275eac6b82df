/** Where arrays lie, and which of their rows an instruction goes over, as formulas of run-time extents. */

/** A whole number as a sum of products of extents: [{ factor: 16, axes: ['time', 'batch'] }, ...]. Empty means 0. */
export type Formula = readonly Term[]
export interface Term {
  readonly factor: number
  readonly axes: readonly string[]
}

export const fixed = (value: number): Formula => (value === 0 ? [] : [{ factor: value, axes: [] }])

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
  /** Floats from one index to the next of each axis that the span walks. */
  readonly walk?: readonly Formula[]
}

/**
 * Which (t, row) an instruction covers. `outer` is 1 inside a LOOP. Axes further out, outermost first and at most two, are
 * walked: the whole instruction is done for each of their indices, last to first.
 */
export interface Span {
  readonly outer: Formula
  readonly rows: Formula
  readonly walk?: readonly Formula[]
}

/** Axes that a span walks at most. */
export const mostWalked = 2
