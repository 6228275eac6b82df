import { UnrolledError, type HolidaySource, type Merging, type Resampling, type SeriesOptions } from 'unrolled'
import { holidaysOf } from 'unrolled/node'
import { number, string, type OptionRule, type Options } from '../command.ts'
import { given } from '../given.ts'
import { readOption } from '../read-option.ts'

/** How rows are read as series; flags are called as the options of `series`. */
export const seriesOptions: readonly OptionRule[] = [
  readOption,
  { name: 'time', value: '<column>', type: 'text', says: 'when a row was (the only column of dates)' },
  { name: 'target', value: '<columns>', type: 'texts', says: 'the columns of numbers that are forecast: a,b (all)' },
  { name: 'series', value: '<column>', type: 'text', says: 'what tells series apart, where rows are of several' },
  {
    name: 'known',
    value: '<columns>',
    type: 'texts',
    says: 'columns that are known ahead; the file goes on with them',
  },
  { name: 'past', value: '<columns>', type: 'texts', says: 'columns that are known up to the last observation' },
  { name: 'categories', value: '<columns>', type: 'texts', says: 'columns that say what a series is' },
  { name: 'frequency', value: '<steps>', type: 'text', says: "how far apart steps are: '15 minutes' (found)" },
  {
    name: 'season',
    value: '<n>',
    type: 'number',
    says: 'steps after which a series is like itself; 1 for none (found)',
  },
  {
    name: 'resample',
    value: '<step:rule>',
    type: 'text',
    says: 'make steps of the rows within them: day:sum, or day:sales=sum,price=mean',
  },
  { name: 'zone', value: '<name>', type: 'text', says: 'where clocks are: Europe/Berlin (UTC)' },
  {
    name: 'calendar',
    value: '<features>',
    type: 'texts',
    says: "what is told of the calendar: 'day of week,holiday', or none (what suits the frequency)",
  },
  {
    name: 'holidays',
    value: '<place>',
    type: 'text',
    says: 'tell holidays of DE, US, DE-BY, by the package date-holidays',
  },
  { name: 'fill', value: '<how>', type: 'text', says: 'missing values: last, zero or error (last)' },
  {
    name: 'duplicates',
    value: '<how>',
    type: 'text',
    says: 'rows of one time: error, mean, sum, min, max, first or last (error)',
  },
]

/** What these options say, as the library takes it; what is right of it, the library knows. */
export async function seriesOptionsOf(options: Options): Promise<SeriesOptions> {
  const place = string(options, 'holidays')
  const resample = string(options, 'resample')
  const calendar = listOf(options, 'calendar')
  return given({
    time: string(options, 'time'),
    target: listOf(options, 'target'),
    series: string(options, 'series'),
    known: listOf(options, 'known'),
    past: listOf(options, 'past'),
    categories: listOf(options, 'categories'),
    frequency: string(options, 'frequency'),
    season: number(options, 'season'),
    resample: resample === undefined ? undefined : resamplingOf(resample),
    zone: string(options, 'zone'),
    calendar: calendar?.join() === 'none' ? [] : calendar,
    holidays: place === undefined ? undefined : ((await holidaysOf(place)) as HolidaySource),
    fill: string(options, 'fill'),
    duplicates: string(options, 'duplicates'),
  }) as SeriesOptions
}

/** `--target a,b --target c` → a, b, c */
function listOf(options: Options, name: string): readonly string[] | undefined {
  const said = options[name] as readonly string[] | undefined
  return said?.flatMap((part) => part.split(',')).map((part) => part.trim())
}

/** `day:sum` → all columns alike; `day:sales=sum,price=mean` → each by its own rule. */
function resamplingOf(text: string): Resampling {
  const [to, rule] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]
  if (!text.includes(':') || to === '' || rule === '') {
    throw new UnrolledError(
      'usage',
      `--resample ${text}: it is a step and a rule: day:sum, or day:sales=sum,price=mean`,
    )
  }
  if (!rule.includes('=')) return { to, by: rule as Merging }
  const pairs = rule.split(',').map((part) => part.split('=') as [string, Merging])
  return { to, by: Object.fromEntries(pairs) }
}
