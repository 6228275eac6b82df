import { series, table, type Forecaster, type Series, type Table } from 'unrolled'
import { readTable } from 'unrolled/node'
import type { Options } from '../command.ts'
import { readSettings, sayingHow } from '../read-option.ts'
import type { Terminal } from '../terminal.ts'
import { seriesOptionsOf } from './series-options.ts'

/** Rows of files, or of standard input where they are `-`. */
export const rowsIn = async (
  files: readonly string[],
  { terminal, options }: { readonly terminal: Terminal; readonly options: Options },
): Promise<Table> => {
  const settings = readSettings(options)
  return sayingHow(
    files.length === 1 && files[0] === '-'
      ? table((await terminal.input()).replace(/^\uFEFF/, ''), { ...settings, name: 'standard input' })
      : readTable(files, settings),
  )
}

/** A history for a model: read as the series that it was made of, but where options say otherwise. */
export const readFor = async (model: Forecaster, rows: Table, options: Options): Promise<Series> =>
  series(rows, { ...(model.reading && { like: model }), ...(await seriesOptionsOf(options)) })

/** The same of files, or of standard input where they are `-`. */
export const historyFor = async (
  model: Forecaster,
  files: readonly string[],
  { terminal, options }: { readonly terminal: Terminal; readonly options: Options },
): Promise<Series> => readFor(model, await rowsIn(files, { terminal, options }), options)

/** A history of which nothing is known but what options say. Where it is dated, models are told of the calendar. */
export async function readAlone(rows: Table, options: Options): Promise<Series> {
  const told = await seriesOptionsOf(options)
  return series(rows, { ...told, calendar: told.calendar ?? true })
}
