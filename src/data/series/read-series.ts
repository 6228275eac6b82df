import { UnrolledError } from '../../error.ts'
import { quoted } from '../../printable.ts'
import { readContent } from '../table/read-content.ts'
import type { Table } from '../table/table.ts'
import { categoriesIn } from './categories.ts'
import { channelsOf, type Making } from './channels.ts'
import { findFrequency } from './find-frequency.ts'
import { findSeason } from './find-season.ts'
import type { Frequency } from './frequency.ts'
import { called, frequencyOf } from './frequency-of.ts'
import { gridOf } from './grid.ts'
import { covariateColumns, targetColumn, type NumberColumn } from './number-columns.ts'
import { placeOnGrid } from './place-on-grid.ts'
import { rolesIn } from './roles.ts'
import { rowsInTime, type SeriesRows } from './rows-in-time.ts'
import { checkSeriesOptions, type GivenRows, type SeriesOptions } from './series-options.ts'
import { seriesOf } from './series-of.ts'
import type { Series } from './series.ts'
import * as say from './what-was-found.ts'
import { zoneOf, type Zone } from './zone.ts'

const owner = 'series'

/** See `series`. */
export async function readSeries(given: GivenRows, options: SeriesOptions): Promise<Series> {
  checkSeriesOptions(owner, options)
  const table = await tableOf(given)
  const { roles, found } = rolesIn(table, options)
  const zone = zoneOf(undefined, owner)
  const { series, sorted } = rowsInTime(table, roles)
  const frequency = frequencyIn(series, options, { table, time: roles.time, zone })
  const covariates = (names: readonly string[]): readonly NumberColumn[] =>
    names.flatMap((name) => covariateColumns(table, name))
  const { categories, of } = categoriesIn(table, roles.categories)
  const { duplicates = 'error', fill = 'linear' } = options
  const making: Making = {
    table,
    time: roles.time,
    frequency,
    zone,
    targets: roles.targets.map((name) => targetColumn(table, name)),
    known: covariates(roles.known),
    past: covariates(roles.past),
    categories: of,
    duplicates,
    fill,
  }
  const placed = series.map((one) => placeOnGrid(one, gridOf(frequency, one.times, zone), making))
  const made = placed.map((one) => channelsOf(one, making))
  const channels = made.flatMap((one) => one.channels)
  const season =
    options.season === undefined
      ? findSeason(
          channels.map(({ values }) => values),
          frequency,
        )
      : undefined
  const doubled = placed.reduce(
    (sum, { steps }) => sum + steps.filter((step, i) => i > 0 && step === steps[i - 1]).length,
    0,
  )
  const names = ({ name }: NumberColumn): string => name
  return seriesOf({
    name: table.name,
    found: [
      ...found,
      say.extent(channels, making),
      ...(season ? [say.season(season)] : []),
      ...(sorted > 0 ? [`${say.counted(sorted, 'row')} put in order`] : []),
      ...(doubled > 0 ? [`${say.counted(doubled, 'row')} of a time that was there already: ${duplicates}`] : []),
      ...say.fillings(made, fill, making),
      ...say.ahead(channels, making.known.map(names)),
      ...say.flags([...making.known, ...making.past]),
      ...say.oddities(channels),
    ],
    frequency,
    season: season?.steps ?? options.season!,
    targets: roles.targets,
    known: making.known.map(names),
    past: making.past.map(names),
    categories,
    calendar: [],
    channels,
  })
}

async function tableOf(given: GivenRows): Promise<Table> {
  const isTable = typeof (given as Table)?.column === 'function'
  return isTable ? (given as Table) : readContent(owner, [{ name: 'the table', content: given as never }], {})
}

interface Times {
  readonly table: Table
  readonly time: string | undefined
  readonly zone: Zone
}

/** The frequency that is told, or the one that is found. */
function frequencyIn(series: readonly SeriesRows[], options: SeriesOptions, { table, time, zone }: Times): Frequency {
  const dates = time !== undefined && table.column(time).type === 'date'
  if (options.frequency !== undefined) {
    const told = frequencyOf(options.frequency, owner, 'frequency')
    if (dates !== (told.unit === 'step')) return told
    const what =
      time === undefined ? 'there is no column of times' : `column ${quoted(time)} holds ${dates ? 'dates' : 'numbers'}`
    throw new UnrolledError('option', `${owner}: frequency is ${called(told)}, but ${what}`)
  }
  const distinct = series.map(({ times }) => times.filter((one, i) => i === 0 || one !== times[i - 1]))
  const lonely = distinct.findIndex((times) => times.length < 2)
  if (lonely >= 0) {
    const { rows, id } = series[lonely]!
    const of = id === undefined ? '' : ` of ${id}`
    throw new UnrolledError(
      'data',
      `${owner}: ${table.place(rows[0]!, time)}${of} is the only time there is; at least two observations are needed`,
    )
  }
  const found = findFrequency(distinct, dates ? zone : undefined)
  if ('frequency' in found) return found.frequency
  throw new UnrolledError(
    'data',
    `${owner}: ${table.name}, column ${quoted(time!)}: no frequency is clear, ${found.unclear}; ` +
      `say it, as in frequency: 'day', and steps between are filled, or make even steps of rows by resample: { to: 'week', by: 'mean' }`,
  )
}
