import type { Made } from './channels.ts'
import type { Timing } from './place-on-grid.ts'
import type { Season } from './find-season.ts'
import { amount, called } from './frequency-of.ts'
import type { NumberColumn } from './number-columns.ts'
import type { BinnedColumn } from './in-bins.ts'
import type { RowsInTime } from './rows-in-time.ts'
import type { Channel } from './series.ts'
import type { Filling } from './reading-options.ts'
import { timeText } from './time-text.ts'

/** Of many, so many are named. */
const mostNamed = 3

/** A gap of more steps is told of by name. */
const longGap = 10

const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`

/** Some of a list, in a sentence. */
const named = (names: readonly string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`
    : names.join(', ')

/** How long series are, and from when to when. */
export function extent(channels: readonly Channel[], { frequency, zone }: Timing): string {
  let [first, last, shortest, longest] = [Infinity, -Infinity, Infinity, 0]
  for (const { steps, time } of channels) {
    first = Math.min(first, time(0))
    last = Math.max(last, time(steps - 1))
    shortest = Math.min(shortest, steps)
    longest = Math.max(longest, steps)
  }
  const unit = frequency.count === 1 ? frequency.unit : 'step'
  const long =
    shortest === longest ? amount(longest, unit) : `${shortest.toLocaleString('en-US')} to ${amount(longest, unit)}`
  const each = frequency.count === 1 ? '' : ` of ${called(frequency)}`
  const ids = new Set(channels.map(({ id }) => id)).size
  const targets = channels.length / ids
  const many = [
    ...(ids > 1 ? [`${ids.toLocaleString('en-US')} series`] : []),
    ...(targets > 1 ? [`${targets} targets`] : []),
  ]
  const whole = many.length === 0 ? '' : `${many.join(' of ')} over `
  return `${whole}${long}${each}, ${timeText(first, frequency, zone)} to ${timeText(last, frequency, zone)}`
}

export const season = ({ steps, correlation }: Season): string =>
  steps === 1 ? 'no season found' : `season of ${steps} steps (correlation ${correlation.toFixed(2)})`

/** What was done to rows whose order or times are not those of steps. */
export const order = ({ sorted }: RowsInTime): readonly string[] =>
  sorted > 0 ? [`${counted(sorted, 'row')} put in order`] : []

/** Rows that became one with another of their time. */
export const doubles = (count: number, rule: string): readonly string[] =>
  count > 0 ? [`${counted(count, 'row')} of a time that was there already: ${rule}`] : []

/** What clocks did that were put forward or back. */
export function clocks({ second }: RowsInTime, never: ReadonlySet<number>, { table, time }: Timing): readonly string[] {
  const [first] = never
  return [
    ...(second > 0 ? [`${counted(second, 'row')} of an hour that came for the second time`] : []),
    ...(first === undefined
      ? []
      : [`left out ${counted(never.size, 'row')} of an hour that never was, first ${table.place(first, time)}`]),
  ]
}

/** What became of a column in steps of several rows. */
export function bins({ name, rule, partial, lacking, empty }: BinnedColumn, { frequency }: Timing): string {
  const what = called(frequency)
  const said = [
    `${name}: the ${rule} of each ${what}`,
    partial > 0 && `${counted(partial, 'step')} at the ends left out, being no whole ${what}`,
    lacking > 0 && `${counted(lacking, 'step')} of which rows are missing`,
    empty > 0 && `0 in ${counted(empty, 'step')} without a row`,
  ]
  return said.filter(Boolean).join(', ')
}

/** What was filled, by series, and gaps that are long. */
export function fillings(made: readonly Made[], fill: Filling, { frequency, zone }: Timing): readonly string[] {
  const gaps = made.flatMap((one) => one.gaps)
  const found: string[] = []
  if (gaps.length > 0) {
    const bySeries = new Map<string, number>()
    for (const { what, steps } of gaps) bySeries.set(what, (bySeries.get(what) ?? 0) + steps)
    const all = gaps.reduce((sum, { steps }) => sum + steps, 0)
    const each = [...bySeries]
      .sort(([, a], [, b]) => b - a)
      .map(([what, steps]) => `${steps.toLocaleString('en-US')} of ${what}`)
    const rules = { last: 'with the one before', zero: 'with 0', error: '' }
    found.push(`${counted(all, 'missing value')} filled ${rules[fill]}: ${named(each)}`)
  }
  const long = gaps.filter(({ steps }) => steps > longGap).sort((a, b) => b.steps - a.steps)
  if (long.length > 0) {
    const each = long.map(
      ({ what, from, steps }) =>
        `${steps.toLocaleString('en-US')} steps of ${what} from ${timeText(from, frequency, zone)}`,
    )
    found.push(`long gaps: ${named(each)}`)
  }
  const covariates = new Map<string, number>()
  for (const { covariates: some } of made)
    for (const [name, count] of some) covariates.set(name, (covariates.get(name) ?? 0) + count)
  if (covariates.size > 0) {
    found.push(
      `filled of covariates: ${named([...covariates].map(([name, count]) => `${count.toLocaleString('en-US')} of ${name}`))}`,
    )
  }
  return found
}

/** How far what is known ahead goes beyond what was observed. */
export function ahead(channels: readonly Channel[], names: readonly string[]): readonly string[] {
  return names.flatMap((name, i) => {
    const steps = Math.min(...channels.map(({ known, steps }) => known[i]!.length - steps))
    return steps > 0 ? [`${name} is known for ${counted(steps, 'step')} ahead`] : []
  })
}

/** Names that became columns of 0 and 1. */
export function flags(columns: readonly NumberColumn[]): readonly string[] {
  const named = new Map<string, string[]>()
  for (const { name, source } of columns) {
    if (name !== source) named.set(source, [...(named.get(source) ?? []), name.slice(source.length + 1)])
  }
  return [...named].map(([source, names]) => `${source}: columns of 0 and 1 for ${names.join(', ')}`)
}

/** Series of which a forecast says little: constant ones, and observations that lie in the future. */
export function oddities(channels: readonly Channel[], dates: boolean): readonly string[] {
  const constant = channels.filter(({ values }) => values.every((value) => value === values[0]))
  const now = Date.now()
  const ahead = dates ? channels.filter(({ steps, time }) => time(steps - 1) > now) : []
  return [
    ...(constant.length > 0 ? [`constant: ${named(constant.map(({ name }) => name))}`] : []),
    ...(ahead.length > 0 ? [`observed in the future: ${named(ahead.map(({ name }) => name))}`] : []),
  ]
}
