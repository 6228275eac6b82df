import { isDated, stepText, timeTexts, wallTimes, type Times, type Wall } from '../time-text.ts'
import { roundStep } from './number-ticks.ts'
import type { Tick } from './tick.ts'

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000]

/** A way to cut time into pieces, by what clocks show. */
interface Ruler {
  /** The number of the piece that a time lies in. */
  piece(wall: number): number
  text(iso: string): string
  under(iso: string): string
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const monthOf = (iso: string): string => months[Number(iso.slice(5, 7)) - 1]!
const dayOf = (iso: string): string => String(Number(iso.slice(8, 10)))
const yearOf = (iso: string): string => iso.slice(0, 4)
const date = (iso: string): string => `${dayOf(iso)} ${monthOf(iso)} ${yearOf(iso)}`

const ofClock =
  (from: number, to: number) =>
  (length: number): Ruler => ({
    piece: (wall) => Math.floor(wall / length),
    text: (iso) => iso.slice(from, to),
    under: date,
  })

/** Weeks begin on Mondays; 1970 began on a Thursday. */
const ofDays = (days: number): Ruler => ({
  piece: (wall) => Math.floor((wall / day + (days === 7 ? 3 : 0)) / days),
  text: dayOf,
  under: (iso) => `${monthOf(iso)} ${yearOf(iso)}`,
})

const monthsSince = (wall: number): number => {
  const shown = new Date(wall)
  return shown.getUTCFullYear() * 12 + shown.getUTCMonth()
}

const ofMonths = (count: number): Ruler => ({
  piece: (wall) => Math.floor(monthsSince(wall) / count),
  text: monthOf,
  under: yearOf,
})

const ofYears = (count: number): Ruler => ({
  piece: (wall) => Math.floor(monthsSince(wall) / 12 / count),
  text: yearOf,
  under: () => '',
})

/** From fine to coarse. */
const rulers: readonly Ruler[] = [
  ...[1, 10, 100].map(ofClock(17, 23)),
  ...[second, 5 * second, 15 * second, 30 * second].map(ofClock(11, 19)),
  ...[minute, 5 * minute, 15 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour].map(ofClock(11, 16)),
  ...[1, 2, 7].map(ofDays),
  ...[1, 3, 6].map(ofMonths),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map(ofYears),
]

/**
 * Where on an axis of evenly spaced steps times are marked, at most so many: the steps with which a new hour, day, week, month or year
 * begins, whichever is the finest that there is place for. Steps without dates are marked by round numbers.
 */
export function timeTicks(times: Times, wall: Wall, most: number): readonly Tick[] {
  if (!isDated(times)) return stepTicks(times, most)
  const walls = wallTimes(times, wall)
  for (const ruler of rulers) {
    const pieces = piecesOf(walls, ruler.piece)
    const begun = begunIn(pieces)
    if (begun.length === 0 || begun.length > most || isFinerThan(pieces)) continue
    return labelled(begun, walls, ruler)
  }
  return [{ at: 0, text: timeTexts(times, wall)[0]! }]
}

/** Whether pieces are shorter than the steps: from most steps to the next, some are left out. */
function isFinerThan(pieces: readonly number[]): boolean {
  const over = pieces.slice(1).filter((piece, i) => !(piece - pieces[i]! <= 1)).length
  return over > (pieces.length - 1) / 2
}

function labelled(begun: readonly number[], walls: readonly number[], ruler: Ruler): Tick[] {
  let last = ''
  return begun.map((at) => {
    const iso = new Date(walls[at]!).toISOString()
    const under = ruler.under(iso)
    const isNew = under !== last
    last = under
    return { at, text: ruler.text(iso), ...(isNew && { under }) }
  })
}

function stepTicks(steps: readonly number[], most: number): Tick[] {
  const least = roundStep((steps.at(-1)! - steps[0]!) / Math.max(1, most))
  const length = steps.every(Number.isInteger) ? Math.max(1, least || 1) : least
  const begun = begunIn(piecesOf(steps, (step) => Math.floor(step / length + 1e-9)))
  return begun.map((at) => ({ at, text: stepText(steps[at]!) }))
}

/** The piece before the first step, and that of each. */
function piecesOf(steps: readonly number[], piece: (step: number) => number): number[] {
  const before = steps[0]! - ((steps[1] ?? NaN) - steps[0]!)
  return [before, ...steps].map(piece)
}

/** The steps with which a piece begins. */
const begunIn = (pieces: readonly number[]): number[] =>
  pieces.flatMap((piece, i) => (i > 0 && piece !== pieces[i - 1] ? [i - 1] : []))
