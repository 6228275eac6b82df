import type { Pair } from 'unrolled'
import { chance } from './chance.ts'

/** Languages whose dates are written and read; `iso` is year, month and day in digits. */
const locales = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'tr', 'fi', 'ru'] as const
const iso = 'iso'

/** How dates are read: with the weekday, with the month in full, shortened, or in digits. */
const styles: readonly Intl.DateTimeFormatOptions[] = [
  { dateStyle: 'full' },
  { dateStyle: 'long' },
  { dateStyle: 'medium' },
  { day: '2-digit', month: '2-digit', year: 'numeric' },
]
/** And how they are written: none of what was read may be missing. */
const long = 1

const dayMs = 86_400_000
const from = Date.UTC(1900, 0, 1) / dayMs
const days = Date.UTC(2100, 0, 1) / dayMs - from

const formats = new Map(
  locales.map((locale) => [
    locale as string,
    styles.map((style) => new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' })),
  ]),
)

const written = (day: number, locale: string, style: number): string => {
  const date = new Date(day * dayMs)
  return formats.get(locale)?.[style]?.format(date) ?? date.toISOString().slice(0, 10)
}

/**
 * Dates of two centuries as one language writes them, and as another does: `en>de March 5, 2020` and `5. März 2020`. The languages
 * stand before a date, since 03/05/2020 alone is two days. A fifth of the days is the test: no form of them is trained on.
 */
export function dates(count: number): readonly [training: Pair[], test: Pair[]] {
  const both: [Pair[], Pair[]] = [[], []]
  const pick = <One>(of: readonly One[], example: number, at: number): One =>
    of[Math.floor(chance(5, example, at) * of.length)]!
  for (let i = 0; i < count; i++) {
    const day = from + Math.floor(chance(5, i, 0) * days)
    const source = pick([...locales, iso], i, 1)
    const target = pick(
      [...locales, iso].filter((one) => one !== source),
      i,
      2,
    )
    const style = Math.floor(chance(5, i, 3) * styles.length)
    both[chance(6, day - from) < 0.2 ? 1 : 0].push({
      source: `${source}>${target} ${written(day, source, style)}`,
      target: written(day, target, long),
    })
  }
  return both
}
