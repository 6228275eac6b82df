import { day, type Zone } from './zone.ts'

/** Wall times that rows of a file tell, as times. */
export interface LocalTimes {
  readonly times: Float64Array
  /** Which of them clocks never show, being put forward past them. */
  readonly never: readonly number[]
  /** How many are the second of a time that clocks show twice. */
  readonly second: number
}

/**
 * Wall times in the order of the file, as times. Where clocks are put back an hour comes twice: times that go back in the file begin the
 * second; where the order of the file does not tell, the second row of a time is. Where clocks are put forward, an hour that is told
 * though it never was is the one behind it.
 */
export function localTimes(walls: Float64Array, zone: Zone): LocalTimes {
  const never: number[] = []
  const twice = new Map<number, number[]>()
  const times = walls.map((wall, i) => {
    const { length, 0: first } = zone.times(wall)
    if (length === 1) return first!
    if (length === 0) never.push(i)
    else {
      const date = Math.floor(wall / day)
      twice.set(date, [...(twice.get(date) ?? []), i])
    }
    return zone.time(wall)
  })
  let second = 0
  const backwards = walls.at(-1)! < walls[0]!
  for (const hour of twice.values()) {
    for (const i of secondOf(backwards ? hour.toReversed() : hour, walls)) {
      times[i] = zone.times(walls[i]!)[1]!
      second++
    }
  }
  return { times, never, second }
}

/** Which rows of an hour that comes twice are of the second. */
function secondOf(rows: readonly number[], walls: Float64Array): readonly number[] {
  const back = rows.map((_, i) => i).filter((i) => i > 0 && walls[rows[i]!]! < walls[rows[i - 1]!]!)
  if (back.length === 1) return rows.slice(back[0])
  const seen = new Set<number>()
  return rows.filter((row) => seen.has(walls[row]!) || !seen.add(walls[row]!))
}
