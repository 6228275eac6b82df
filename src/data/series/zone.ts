import { wrongOption } from '../../options.ts'

export const hour = 3_600_000
export const day = 24 * hour

/**
 * The clocks of a place. A wall time is what they show, as if it were UTC: milliseconds since 1970, 00:00 on the wall; so days and months
 * of the calendar are counted in it.
 */
export interface Zone {
  /** As IANA calls it, `Europe/Berlin`. */
  readonly name: string
  /** What clocks show at a time. */
  wall(time: number): number
  /** The times at which clocks show it: none where they are put forward past it, two where they are put back behind it. */
  times(wall: number): readonly number[]
  /** The time at which clocks show it: the first of two; where they never do, as long after midnight as if they were not put forward. */
  time(wall: number): number
}

const utc: Zone = { name: 'UTC', wall: (time) => time, times: (wall) => [wall], time: (wall) => wall }

/** @throws UnrolledError `option` where there is no zone of that name. */
export function zoneOf(name: string | undefined, owner: string): Zone {
  if (name === undefined || name === 'UTC') return utc
  const offset = offsets(name, owner)
  const times = (wall: number): readonly number[] => {
    const early = wall - offset(wall - day)
    const late = wall - offset(wall + day)
    return [...new Set([early, late])].filter((time) => time + offset(time) === wall).sort((a, b) => a - b)
  }
  return {
    name,
    wall: (time) => time + offset(time),
    times,
    time: (wall) => times(wall)[0] ?? wall - offset(wall - day),
  }
}

/** How far clocks are before UTC, in milliseconds. Days on which they are not put forward or back are looked up once. */
function offsets(name: string, owner: string): (time: number) => number {
  const exact = exactOffset(name, owner)
  const days = new Map<number, number | undefined>()
  return (time) => {
    const number = Math.floor(time / day)
    if (!days.has(number)) {
      const first = exact(number * day)
      days.set(number, first === exact((number + 1) * day) ? first : undefined)
    }
    return days.get(number) ?? exact(time)
  }
}

function exactOffset(name: string, owner: string): (time: number) => number {
  const parts = formatIn(name, owner)
  return (time) => {
    const seconds = Math.floor(time / 1000) * 1000
    const part = Object.fromEntries(parts.formatToParts(seconds).map(({ type, value }) => [type, Number(value)]))
    const shown = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second)
    return shown - seconds
  }
}

function formatIn(timeZone: string, owner: string): Intl.DateTimeFormat {
  const number = '2-digit'
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
    })
  } catch {
    throw wrongOption(owner, 'zone', timeZone, "the name of a zone, as 'Europe/Berlin', or 'UTC'")
  }
}
