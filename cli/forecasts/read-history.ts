import { series, type Series, type SeriesOptions, type Forecaster } from 'unrolled'
import { readTable } from 'unrolled/node'
import type { Options } from '../command.ts'
import { seriesOptionsOf } from './series-options.ts'

/** A history for a model: read as the series that it was made of, but where options say otherwise. */
export const readFor = async (model: Forecaster, files: readonly string[], options: Options): Promise<Series> =>
  series(await readTable(files), { ...(model.reading && { like: model }), ...(await seriesOptionsOf(options)) })

/** A history of which nothing is known but what options say. Where it is dated, models are told of the calendar. */
export async function readAlone(files: readonly string[], options: Options): Promise<Series> {
  const table = await readTable(files)
  const told = await seriesOptionsOf(options)
  const found = await series(table, told)
  const usual: SeriesOptions = { ...told, calendar: told.calendar ?? true }
  return found.frequency.unit === 'step' ? found : series(table, usual)
}
