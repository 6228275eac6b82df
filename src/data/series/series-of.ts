import { UnrolledError } from '../../error.ts'
import { wrongOption } from '../../options.ts'
import type { LabelledSequence } from '../labelled-sequence.ts'
import { extentOf } from '../labelled-sequence.ts'
import { sequenceData, type Sequences } from '../sequence-data.ts'
import { readDate, tellsZone } from '../table/read-date.ts'
import { channelCalled } from './channel-called.ts'
import type { Channel, Series, SeriesFacts } from './series.ts'
import { zoneOf, type Zone } from './zone.ts'

/** Series of what is known of them. */
export function seriesOf(facts: SeriesFacts): Series {
  const { name, found, channels } = facts
  let data: Sequences | undefined
  const ahead = (): Sequences => (data ??= aheadOf(facts))
  return {
    ...facts,
    kind: 'series',
    description: `${name}: ${found.join('; ')}`,
    units: 'steps',
    packs: true,
    get ports() {
      return ahead().ports
    },
    get hash() {
      return ahead().hash
    },
    get count() {
      return ahead().count
    },
    get longest() {
      return ahead().longest
    },
    parts: (options) => ahead().parts(options),
    whole: (options) => ahead().whole(options),
    between(from = 0, to) {
      const zone = zoneOf(facts.zone, 'series')
      return seriesOf({ ...facts, channels: channels.map((channel) => cut(channel, from, to, zone)) })
    },
    of: (names) => seriesOf({ ...facts, channels: names.map((called) => channelCalled(channels, called, 'series')) }),
  }
}

/** The same with other channels, or some of them. */
export function withChannels(series: Series, channels: readonly Channel[]): Series {
  const { name, found, frequency, season, zone, targets, known, past, categories, calendar, holidays, reading } = series
  return seriesOf({
    ...{ name, found, frequency, season, targets, known, past, categories, calendar, channels },
    ...(zone !== undefined && { zone }),
    ...(holidays && { holidays }),
    ...(reading && { reading }),
  })
}

/** What series are to a network of one's own. */
function aheadOf({ channels, known, past }: SeriesFacts): Sequences {
  const items = channels.filter(({ steps }) => steps > 1).map(oneStepAhead)
  return sequenceData({
    items,
    units: 'steps',
    columns: 1 + known.length + past.length,
    targetColumns: 1,
    targets: 'each step',
    ...extentOf(items),
  })
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
