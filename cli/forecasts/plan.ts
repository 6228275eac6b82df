import type { Frequency, Series } from 'unrolled'
import { grouped } from '../numbers.ts'

/** How series that nobody said anything about are cut and read; all of it in steps. */
export interface Plan {
  readonly horizon: number
  readonly context: number
  /** Windows at the end of the series that the model is tested on, from one to the next so many steps. */
  readonly windows: number
  readonly every: number
  /** What the test covers, what lies before it to calibrate intervals on, and before that to choose when training ends. */
  readonly test: number
  readonly calibration: number
  readonly validation: number
  /** Whether values are whole, small and often 0, so that a distribution of counts suits. */
  readonly counts: boolean
  /** Windows that are left to learn from, of the shortest series. */
  readonly learnt: number
}

/** How far ahead people look, by the unit of steps: a day of hours, two weeks of days, a year of months. */
const usualSpan: Readonly<Record<Frequency['unit'], number>> = {
  step: 12,
  millisecond: 1000,
  second: 3600,
  minute: 1440,
  hour: 24,
  day: 14,
  'business day': 10,
  week: 13,
  month: 12,
  quarter: 4,
  year: 5,
}

/** Longer horizons and contexts are for whoever asks for them. */
const [mostAhead, mostContext] = [96, 336]

const mostWindows = 20

/** Windows below which nothing is learnt. */
export const leastTraining = 40

/** Windows below which intervals are not told, and a test is none. */
const least = { calibration: 10, test: 4 }

export const usualHorizon = ({ frequency, season }: Series): number =>
  frequency.unit === 'step' && season > 1
    ? Math.min(mostAhead, season)
    : Math.max(1, Math.min(mostAhead, Math.round(usualSpan[frequency.unit] / frequency.count)))

/** Why there is no plan, and the longest horizon for which there would be one. */
export interface NoRoom {
  readonly why: string
  readonly longest: number | undefined
}

/**
 * What suits series of so many steps: a fifth is for the test, 15 % for calibration and a tenth for validation, and a model reads the
 * greater of two horizons and three seasons. Where that leaves too little, it reads less.
 */
export function planFor({ season, channels }: Series, horizon: number): Plan | NoRoom {
  const { name, steps } = channels.reduce((least, one) => (one.steps < least.steps ? one : least))
  const seasons = 3 * season <= Math.min(mostContext, steps / 6) ? 3 * season : 0
  // Whole horizons, so that both can be cut into the same segments.
  const wanted = Math.max(2, Math.ceil(seasons / horizon))
  for (let times = wanted; times > 0; times--) {
    const found = cut(steps, horizon, times * horizon)
    if (found) return { ...found, counts: channels.every(isCount) }
  }
  const why =
    `${name} has ${grouped(steps)} steps; to train, calibrate and test a model that says ${grouped(horizon)} ` +
    `${horizon === 1 ? 'step' : 'steps'} ahead takes ${grouped(needed(horizon))}`
  return { why, longest: longestFor(steps) }
}

function cut(steps: number, horizon: number, context: number): Omit<Plan, 'counts'> | undefined {
  const room = Math.max(Math.floor(steps / 5), horizon + least.test - 1)
  const every = Math.max(1, Math.min(horizon, Math.floor((room - horizon) / (mostWindows - 1))))
  const windows = Math.min(mostWindows, Math.floor((room - horizon) / every) + 1)
  const test = horizon + (windows - 1) * every
  const calibration = Math.max(Math.floor(0.15 * steps), horizon + least.calibration - 1)
  const validation = Math.max(Math.floor(0.1 * steps), horizon)
  const learnt = steps - test - calibration - validation - context - horizon + 1
  if (learnt < leastTraining) return undefined
  return { horizon, context, windows, every, test, calibration, validation, learnt }
}

/** The fewest steps that suffice. */
function needed(horizon: number): number {
  let steps = 1
  while (cut(steps, horizon, horizon) === undefined) steps++
  return steps
}

function longestFor(steps: number): number | undefined {
  let longest: number | undefined
  for (let horizon = 1; cut(steps, horizon, horizon) !== undefined; horizon++) longest = horizon
  return longest
}

const [muchZero, large] = [0.3, 200]

/** Whether a channel counts what seldom happens. */
function isCount({ values, missing }: Series['channels'][number]): boolean {
  const seen = values.filter((_, t) => missing?.[t] !== 1)
  const zeros = seen.filter((value) => value === 0).length
  return (
    seen.every((value) => Number.isInteger(value) && value >= 0 && value <= large) && zeros >= muchZero * seen.length
  )
}
