import type { GivenRows, SeriesOptions } from './series-options.ts'
import type { Series } from './series.ts'

/**
 * Series over time of the rows of a table, or of a list of objects: columns of numbers side by side, or one for all with another that
 * tells series apart. Frequency and season are found; rows are put in order; what is missing is filled. All of it is said in
 * `description`.
 * @throws UnrolledError `data` with row, column and series for what cannot be read; `option` for wrong options.
 */
export const series = async (given: GivenRows, options: SeriesOptions = {}): Promise<Series> =>
  // What reads need not be fetched by every page.
  (await import('./read-series.ts')).readSeries(given, options)
