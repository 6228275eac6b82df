import { UnrolledError } from '../../error.ts'
import { wrongOption } from '../../options.ts'
import type { LabelledSequence } from '../labelled-sequence.ts'
import { extentOf } from '../labelled-sequence.ts'
import { sequenceData } from '../sequence-data.ts'
import { readDate, tellsZone } from '../table/read-date.ts'
import type { Channel, Series, SeriesFacts } from './series.ts'
import { zoneOf, type Zone } from './zone.ts'

/** Series of what is known of them. */
export function seriesOf(facts: SeriesFacts): Series {
  const { name, found, channels, known, past } = facts
  const items = channels.filter(({ steps }) => steps > 1).map(oneStepAhead)
  const data = sequenceData({
    items,
    units: 'steps',
    columns: 1 + known.length + past.length,
    targetColumns: 1,
    targets: 'each step',
    ...extentOf(items),
  })
  return {
    ...facts,
    kind: 'series',
    description: `${name}: ${found.join('; ')}`,
    ports: data.ports,
    get hash() {
      return data.hash
    },
    units: data.units,
    count: data.count,
    longest: data.longest,
    packs: true,
    parts: (options) => data.parts(options),
    whole: (options) => data.whole(options),
    between(from = 0, to) {
      const zone = zoneOf(facts.zone, 'series')
      return seriesOf({ ...facts, channels: channels.map((channel) => cut(channel, from, to, zone)) })
    },
  }
}

/** What there is at a step, and the value that comes next; what is missing there does not stand in the way of a network of one's own. */
function oneStepAhead({ steps, values, known, past }: Channel): LabelledSequence {
  const columns = [values, ...known, ...past]
  const x = new Float32Array((steps - 1) * columns.length)
  for (let t = 0; t < steps - 1; t++) {
    for (const [c, column] of columns.entries()) x[t * columns.length + c] = column[t]!
  }
  return {
    x: { shape: [steps - 1, columns.length], data: x },
    target: { shape: [steps - 1, 1], data: Float32Array.from(values.subarray(1, steps)) },
  }
}

type Bound = number | Date | string

function cut(channel: Channel, given: Bound, until: Bound | undefined, zone: Zone): Channel {
  const { values, missing, known, past, time } = channel
  let from = stepOf(channel, given, zone)
  let to = until === undefined ? channel.steps : stepOf(channel, until, zone)
  // A series begins and ends with what was observed, as where the rows of the part are read alone.
  while (from < to && missing?.[from] === 1) from++
  while (from < to && missing?.[to - 1] === 1) to--
  if (from >= to) {
    throw new UnrolledError(
      'data',
      `series: of ${channel.name}, ${channel.steps} steps, nothing was observed between ${said(given)} and ${said(until)}`,
    )
  }
  const { missing: _, ...rest } = channel
  const hidden = missing?.subarray(from, to)
  return {
    ...rest,
    steps: to - from,
    values: values.subarray(from, to),
    ...(hidden?.includes(1) && { missing: hidden }),
    known: known.map((column) => column.subarray(from)),
    past: past.map((column) => column.subarray(from, to)),
    time: (step) => time(from + step),
  }
}

const said = (bound: Bound | undefined): string =>
  bound instanceof Date ? bound.toISOString() : String(bound ?? 'its end')

/** The first step that is not before a time; numbers count steps, below 0 from the end. */
function stepOf({ steps, time }: Channel, bound: Bound, zone: Zone): number {
  if (typeof bound === 'number') {
    if (!Number.isInteger(bound)) throw noBound(bound)
    return Math.min(steps, Math.max(0, bound < 0 ? steps + bound : bound))
  }
  const wanted = timeOf(bound, zone)
  let [low, high] = [0, steps]
  while (low < high) {
    const middle = (low + high) >> 1
    if (time(middle) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** The time of a date; one that tells no zone is of the series'. */
function timeOf(bound: Date | string, zone: Zone): number {
  const isDate = bound instanceof Date
  const time = isDate ? bound.getTime() : /^\d{4}-/.test(bound) ? readDate(bound, 'day first') : undefined
  if (time === undefined || Number.isNaN(time)) throw noBound(bound)
  return isDate || tellsZone(bound) ? time : zone.time(time)
}

const noBound = (bound: Bound): UnrolledError =>
  wrongOption('series', 'between', bound, 'a whole number of steps, or a date as 2026-03-01 or 2026-03-01T13:00')
