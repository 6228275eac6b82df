import type { NumberColumn } from './number-columns.ts'
import type { CovariateReading, SeriesReading } from './reading.ts'
import type { Roles } from './roles.ts'
import type { StaticCategory } from './static-category.ts'

/** How rows were read: columns by what they are, and what was said or found beside them. */
export function readingOf(
  { time, series, targets }: Roles,
  { known, past }: { readonly known: readonly NumberColumn[]; readonly past: readonly NumberColumn[] },
  categories: readonly StaticCategory[],
  found: SeriesReading['options'],
): SeriesReading {
  const { resample, frequency, season, zone, duplicates, fill, calendar, holidays } = found
  return {
    ...(time !== undefined && { time }),
    ...(series !== undefined && { series }),
    targets,
    known: covariateReadings(known),
    past: covariateReadings(past),
    categories,
    options: {
      // Of steps of several rows the rows have another.
      ...(resample ? { resample } : frequency && { frequency }),
      ...(season !== undefined && { season }),
      ...(zone !== undefined && { zone }),
      ...(duplicates !== undefined && { duplicates }),
      ...(fill !== undefined && { fill }),
      ...(calendar && calendar !== true && calendar.length > 0 && { calendar }),
      ...(holidays && { holidays }),
    },
  }
}

/** Columns of the table, with the names that became columns of numbers. */
function covariateReadings(columns: readonly NumberColumn[]): readonly CovariateReading[] {
  const names = new Map<string, string[] | undefined>()
  for (const { name, source } of columns) {
    const one = name === source ? undefined : name.slice(source.length + 1)
    names.set(source, one === undefined ? undefined : [...(names.get(source) ?? []), one])
  }
  return [...names].map(([column, names]) => ({ column, ...(names && { names }) }))
}
