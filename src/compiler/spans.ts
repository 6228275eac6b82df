import { mostWalked } from '../backends/program/place.ts'
import type { Formula, Place, Span } from '../backends/backend.ts'
import { UnrolledError } from '../error.ts'
import type { RowAxis } from '../graph/index.ts'
import { floats, strideOf, type Spot } from './arrays.ts'
import { plus, sameFormula, times } from './formula.ts'
import type { Meaning } from './meaning.ts'

/** The rows an instruction goes over: the axis of the loop it stands in, and its own axes. */
export interface Over {
  readonly loop?: string
  readonly rows: readonly RowAxis[]
  /** Whether the first of its axes stays by itself: sums go over it in chunks, and positions count it. */
  readonly apart: boolean
}

/** Some neighbouring axes that all arrays of an instruction go along alike, as one; the last of them says how. */
interface Axis {
  readonly extent: Formula
  readonly last: RowAxis
}

/** What a kernel goes over, and what is walked around it. */
export interface Walk {
  readonly loop: string | undefined
  readonly walk: readonly Axis[]
  readonly outer: Axis | undefined
  readonly rows: Axis | undefined
}

const one: Formula = floats([], 1)

/** Rows of an array from one index of an axis to the next. */
const rowsAlong = ({ axes, along }: Meaning, axis: RowAxis): Formula =>
  along.includes(axis) ? floats(axes.slice(axes.indexOf(axis) + 1), 1) : []

/**
 * Merges axes along which every array moves as along one, and gives the innermost two to the kernel; in a loop one, whose step
 * takes the place of the other.
 *
 * @throws UnrolledError `bad-program` where more axes are left than can be walked
 */
export function walkOver({ loop, rows, apart }: Over, spots: readonly Spot[], what: string): Walk {
  const axes: Axis[] = []
  const moving = spots.filter(({ own }) => !own)
  for (const [i, axis] of rows.entries()) {
    const extent = floats([axis], 1)
    const before = axes.at(-1)
    const alike = (along: (axis: RowAxis) => Formula): boolean =>
      sameFormula(along(before!.last), times(extent, along(axis)))
    const merges =
      before !== undefined &&
      !(apart && i === 1) &&
      moving.every(
        (spot) =>
          alike((of) => strideOf(spot, of)) &&
          [...spot.means, ...(spot.found ?? [])].every((meaning) => alike((of) => rowsAlong(meaning, of))),
      )
    if (merges) axes[axes.length - 1] = { extent: times(before.extent, extent), last: axis }
    else axes.push({ extent, last: axis })
  }
  const single = loop !== undefined || (axes.length === 1 && !apart)
  const inner = apart && axes.length === 1 ? undefined : axes.pop()
  const outer = single ? undefined : axes.pop()
  if (axes.length > mostWalked) {
    throw new UnrolledError(
      'bad-program',
      `${what} over [${rows.join(', ')}] cannot be compiled: its arrays go along ${axes.length + 2} axes in ways of their own, and an instruction has at most ${mostWalked + (loop === undefined ? 2 : 1)}`,
    )
  }
  return { loop, walk: axes, outer, rows: inner }
}

export const spanOf = ({ walk, outer, rows }: Walk): Span => ({
  outer: outer?.extent ?? one,
  rows: rows?.extent ?? one,
  ...(walk.length > 0 && { walk: walk.map(({ extent }) => extent) }),
})

/** How far one goes along each axis of a walk. */
export interface Steps {
  readonly stride: Formula
  readonly pitch: Formula
  readonly walk: readonly Formula[]
}

/** `own` is the axis that a matrix goes along by itself. */
function steps({ loop, walk, outer, rows }: Walk, own: RowAxis | undefined, along: (axis: RowAxis) => Formula): Steps {
  const still: Formula = []
  if (own !== undefined) {
    return { stride: loop === undefined ? still : along(loop), pitch: along(own), walk: walk.map(() => still) }
  }
  const first = loop ?? outer?.last
  return {
    stride: first === undefined ? still : along(first),
    pitch: rows ? along(rows.last) : still,
    walk: walk.map(({ last }) => along(last)),
  }
}

/** A spot as a place of an instruction. */
export function placeOf(spot: Spot, walk: Walk, region: number): Place {
  const { buffer, shift, broadcast } = spot
  const { walk: walked, ...kernel } = steps(walk, spot.own ? buffer.rows.at(-1) : undefined, (axis) =>
    strideOf(spot, axis),
  )
  const place = { region, offset: plus(buffer.offset, shift), ...kernel, broadcast }
  return walked.length > 0 ? { ...place, walk: walked } : place
}

/** A meaning with the rows that one goes along each axis. */
export interface PlacedMeaning extends Meaning {
  readonly steps: Steps
}

export const meaningOf = (meaning: Meaning, { own }: Spot, walk: Walk): PlacedMeaning => ({
  ...meaning,
  steps: steps(walk, own ? meaning.axes.at(-1) : undefined, (axis) => rowsAlong(meaning, axis)),
})
