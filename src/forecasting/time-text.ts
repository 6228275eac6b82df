/** When steps are: dates, or the numbers of steps that have none. */
export type Times = readonly Date[] | readonly number[]

/** What clocks show at a time, both in milliseconds since 1970; 00:00 on the wall is a whole number of days. */
export type Wall = (time: number) => number

const day = 86_400_000

export const isDated = (times: Times): times is readonly Date[] => times[0] instanceof Date

/** What clocks show at each time; numbers of steps are themselves. */
export const wallTimes = (times: Times, wall: Wall): readonly number[] =>
  isDated(times) ? times.map((time) => wall(time.getTime())) : times

/**
 * Times as people write them, as the clocks of the place show them: `2026-03-01 13:00`, and `2026-03-01` where all are at midnight.
 * Seconds are told where there are any. Steps are numbers.
 */
export function timeTexts(times: Times, wall: Wall): string[] {
  const walls = wallTimes(times, wall)
  if (!isDated(times)) return walls.map(stepText)
  const length = lengthOf(walls)
  return walls.map((shown) => iso(shown).slice(0, length).replace('T', ' '))
}

/** Times as programs read them, ISO 8601 with the zone's difference from UTC: `2026-03-01T13:00:00+01:00`; at midnight alone, the date. */
export function timeCodes(times: Times, wall: Wall): string[] {
  if (!isDated(times)) return times.map(stepText)
  const walls = wallTimes(times, wall)
  const length = lengthOf(walls)
  if (length === dateLength) return timeTexts(times, wall)
  return walls.map((shown, i) => iso(shown).slice(0, Math.max(length, 19)) + difference(shown - times[i]!.getTime()))
}

/** The number of a step, without what adding fractions leaves behind. */
export const stepText = (step: number): string => String(Number(step.toPrecision(12)))

const iso = (wall: number): string => new Date(wall).toISOString()

const dateLength = '2026-03-01'.length

/** Signs of ISO 8601 that tell times apart: the date, minutes, seconds, or all. */
function lengthOf(walls: readonly number[]): number {
  const whole = (length: number): boolean => walls.every((wall) => wall % length === 0)
  return whole(day) ? dateLength : whole(60_000) ? 16 : whole(1000) ? 19 : 23
}

function difference(milliseconds: number): string {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000)
  const two = (number: number): string => String(number).padStart(2, '0')
  if (minutes === 0) return 'Z'
  return `${milliseconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
