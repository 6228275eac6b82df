import { readContent } from '../table/read-content.ts'
import type { Table } from '../table/table.ts'
import { calendarIn } from './calendar-options.ts'
import { categoriesIn } from './categories.ts'
import { channelsOf, type Making } from './channels.ts'
import { filled, gapsIn } from './fill-gaps.ts'
import { findSeason } from './find-season.ts'
import { lengths } from './frequency-of.ts'
import { covariateColumns, targetColumn, type NumberColumn } from './number-columns.ts'
import { onSteps } from './on-steps.ts'
import { readingOf } from './reading-of.ts'
import { rolesIn } from './roles.ts'
import { rowsInTime, without } from './rows-in-time.ts'
import { seriesOf } from './series-of.ts'
import { checkSeriesOptions, completed, type GivenRows, type SeriesOptions } from './series-options.ts'
import type { Channel, Series } from './series.ts'
import { frequencyIn, type Times } from './timing.ts'
import * as say from './what-was-found.ts'
import { zoneOf } from './zone.ts'

const owner = 'series'

/** See `series`. */
export async function readSeries(given: GivenRows, told: SeriesOptions): Promise<Series> {
  checkSeriesOptions(owner, told)
  const options = completed(told)
  const { reading } = options.like ?? {}
  const table = await tableOf(given)
  const { roles, found } = rolesIn(table, options)
  const zone = zoneOf(options.zone, owner)
  const inTime = rowsInTime(table, roles, options.zone === undefined ? undefined : zone)
  const dates = roles.time !== undefined && table.column(roles.time).type === 'date'
  const times: Times = { table, time: roles.time, dates, zone }
  const frequency = frequencyIn(inTime.series, options, times)
  // A day that is told by an hour that never was is a day all the same.
  const never = lengths[frequency.unit] === undefined ? new Set<number>() : inTime.never
  const series = never.size > 0 ? inTime.series.map((one) => without(one, never)) : inTime.series
  const covariates = (which: 'known' | 'past'): readonly NumberColumn[] =>
    roles[which].flatMap((name, i) => covariateColumns(table, name, reading?.[which][i]))
  const { categories, of } = categoriesIn(table, roles.categories, reading?.categories)
  const making: Making = {
    ...times,
    frequency,
    targets: roles.targets.map((name) => targetColumn(table, name)),
    known: covariates('known'),
    past: covariates('past'),
    categories: of,
    fill: options.fill ?? 'last',
  }
  const stepped = onSteps(series, options, { ...times, frequency })
  const made = stepped.series.map((one) => channelsOf(one, making))
  const channels = made.flatMap((one) => one.channels)
  const season = seasonIn(channels, options, making)
  const calendar = calendarIn(channels, options, { ...times, frequency })
  const { holidays: _, ...said } = options
  const names = ({ name }: NumberColumn): string => name
  return seriesOf({
    name: table.name,
    found: [
      ...found,
      say.extent(channels, making),
      ...season.found,
      ...say.order(inTime),
      ...say.clocks(inTime, never, making),
      ...stepped.found(),
      ...say.fillings(made, making.fill, making),
      ...say.ahead(channels, making.known.map(names)),
      ...say.flags([...making.known, ...making.past]),
      ...calendar.found,
      ...say.oddities(channels, dates),
    ],
    frequency,
    season: season.steps,
    ...(options.zone !== undefined && { zone: options.zone }),
    targets: roles.targets,
    known: making.known.map(names),
    past: making.past.map(names),
    categories,
    ...calendar.facts,
    channels,
    reading: readingOf(roles, making, categories, { ...said, frequency, season: season.steps, ...calendar.facts }),
  })
}

async function tableOf(given: GivenRows): Promise<Table> {
  const isTable = typeof (given as Table)?.column === 'function'
  return isTable ? (given as Table) : readContent(owner, [{ name: 'the table', content: given as never }], {})
}

/** The season that is told, or the one that is found. */
function seasonIn(
  channels: Series['channels'],
  { season }: SeriesOptions,
  { frequency }: Making,
): { readonly steps: number; readonly found: readonly string[] } {
  if (season !== undefined) return { steps: season, found: [] }
  const seen = findSeason(channels.map(withLines), frequency)
  return { steps: seen.steps, found: [say.season(seen)] }
}

/** The values of a channel, and lines where they are missing: less is lost of what comes back than where one value stands for long. */
function withLines({ values, missing }: Channel): Float64Array {
  if (!missing) return values
  const there = values.map((value, step) => (missing[step] === 1 ? NaN : value))
  return filled(there, gapsIn(there), 'line')
}
