import type { Past } from './rules.ts'
import { numberText } from './number-text.ts'

/** A forecast that moves by less than this share of what the past did is flat. */
const flatShare = 0.1

/** A forecast that leaves the past's range by more of such ranges runs away. */
const runawayRanges = 1

/** Of fewer steps it cannot be seen. */
const fewestSteps = 3

/**
 * What is odd about the shape of a forecast, in words: that it is flat, moving by less than a tenth of what the past did in as many
 * steps (the median of its stretches), or that it runs away, to more than another range of the past beyond it. A past without change
 * tells of neither a range nor a movement: what goes further from it than its size runs away.
 */
export function judgeShape(point: Float64Array, past: Past): readonly string[] {
  const there = Float64Array.from(past.values, (value, t) => (past.missing?.[t] ? NaN : value))
  const whole = rangeOf(there)
  if (whole === undefined || point.length === 0) return []
  const own = rangeOf(point)!
  const text = numberText([...point, ...there])
  const moved = medianMove(there, point.length)
  const notes: string[] = []
  if (point.length >= fewestSteps && own.high - own.low < flatShare * moved) {
    notes.push(
      `the forecast is flat: in ${point.length} steps it moves by ${text(own.high - own.low)}, the past by ${text(moved)} in as many`,
    )
  }
  const size = whole.high - whole.low || Math.max(Math.abs(whole.high), 1)
  const beyond = Math.max(own.high - whole.high, whole.low - own.low)
  if (beyond > runawayRanges * size) {
    const end = own.high - whole.high === beyond ? own.high : own.low
    notes.push(
      `the forecast runs away: it goes to ${text(end)}, the past lies between ${text(whole.low)} and ${text(whole.high)}`,
    )
  }
  return notes
}

/** How far values go within a stretch of so many steps: the median of stretches side by side, counted from the end; of all where it is shorter. */
function medianMove(values: Float64Array, steps: number): number {
  const moves: number[] = []
  for (let end = values.length; end >= steps || moves.length === 0; end -= steps) {
    const range = rangeOf(values.subarray(Math.max(0, end - steps), end))
    moves.push(range ? range.high - range.low : 0)
  }
  moves.sort((a, b) => a - b)
  return moves[moves.length >> 1]!
}

function rangeOf(values: Float64Array): { readonly low: number; readonly high: number } | undefined {
  const there = values.filter((value) => !Number.isNaN(value))
  if (there.length === 0) return undefined
  return { low: there.reduce((a, b) => Math.min(a, b)), high: there.reduce((a, b) => Math.max(a, b)) }
}
