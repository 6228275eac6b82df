import { UnrolledError } from '../../error.ts'
import { calendarOf } from './calendar.ts'
import { channelOf, type ChannelCoding, type NamedScaling } from './channel-coding.ts'
import type { Frequency } from './frequency.ts'
import { normalisationOf, type Normalisation } from './normalisations.ts'
import type { Channel, Series } from './series.ts'
import type { StaticCategory } from './static-category.ts'
import { checkCounts, checkDomain, transformFrom } from './transforms.ts'
import { changed, unseenOf, type ValueChange } from './value-change.ts'

/** How a horizon is said: all of it at once by position, or one step a time, each drawn from what is said of it. */
export type Decoder = 'direct' | 'sampled'

/** How a model reads series, as its file tells of it. */
export interface WindowCoding {
  readonly context: number
  readonly horizon: number
  readonly decoder: Decoder
  /** Steps that are read and said at once by a direct decoder. */
  readonly segment: number
  readonly normalisation: Normalisation
  /** Where it sees changes: to the step so many before. */
  readonly differences?: number
  /** Whether a model is told which channel it sees. */
  readonly marked: boolean
  readonly channels: readonly ChannelCoding[]
  readonly known: readonly NamedScaling[]
  readonly past: readonly NamedScaling[]
  readonly categories: readonly StaticCategory[]
  readonly calendar: readonly string[]
  readonly holidays?: readonly string[]
  readonly frequency: Frequency
  /** Time of the last step that it was made for: what comes behind, it has not seen. */
  readonly until: number
  readonly season: number
  readonly zone?: string
}

/** A channel as a model sees it. */
export interface CodedChannel {
  readonly channel: Channel
  /** Its number in the model. */
  readonly number: number
  /** Values changed and scaled, `[steps]`. */
  readonly values: Float32Array
  /** 1 where one of them was not observed. */
  readonly unseen?: Uint8Array
  /** Steps for which what is known ahead is known. */
  readonly reach: number
  /** What is known ahead, the calendar first, covariates scaled: a column each, `[reach]`. */
  readonly known: readonly Float32Array[]
  /** What is known up to now, `[steps]` each. */
  readonly past: readonly Float32Array[]
  /** What never changes: a mark for the channel where channels are told apart, and one for each category. */
  readonly fixed: Float32Array
}

/** What a model does to the values of a channel. */
export const changeOf = ({ channels, differences: lag = 0 }: WindowCoding, number: number): ValueChange => ({
  transform: transformFrom(channels[number]!.transform ?? { kind: 'none' }),
  lag,
})

/** Steps that there must be before an origin. */
export const stepsBefore = ({ context, differences = 0 }: Pick<WindowCoding, 'context' | 'differences'>): number =>
  context + differences

/** Numbers that are known ahead of each step: the calendar's, then covariates. */
export const knownWidth = (coding: WindowCoding): number => calendarOf(coding).width + coding.known.length

/** Numbers that are the same at all steps. */
export const fixedWidth = ({ marked, channels, categories }: WindowCoding): number =>
  categories.reduce((sum, { values }) => sum + values.length, marked ? channels.length : 0)

/**
 * Channels as a model sees them; `ahead` is how many steps behind the last there must be known values for.
 * @throws UnrolledError `data` for series with other covariates, for a channel that the model does not know, and for values that its
 * transform does not take.
 */
export function codedChannels(coding: WindowCoding, series: Series, owner: string, ahead = 0): CodedChannel[] {
  alike('known covariates', coding.known, series.known, owner)
  alike('past covariates', coding.past, series.past, owner)
  return series.channels.map((channel) => {
    const number = channelOf(coding.channels, channel, owner)
    const change = changeOf(coding, number)
    checkDomain(change.transform.kind, channel, series, owner)
    if (normalisationOf(coding.normalisation).raw) checkCounts(channel, series, owner)
    return coded(coding, channel, { number, change, ahead })
  })
}

function alike(what: string, wanted: readonly NamedScaling[], found: readonly string[], owner: string): void {
  const names = wanted.map(({ name }) => name)
  if (names.length === found.length && names.every((name, i) => name === found[i])) return
  const said = (list: readonly string[]): string => (list.length === 0 ? 'none' : list.join(', '))
  throw new UnrolledError('data', `${owner}: the model reads as ${what} ${said(names)}; the series has ${said(found)}`)
}

interface Coded {
  readonly number: number
  readonly change: ValueChange
  readonly ahead: number
}

function coded(coding: WindowCoding, channel: Channel, { number, change, ahead }: Coded): CodedChannel {
  const { mean, deviation } = coding.channels[number]!
  const { steps, values, known, past } = channel
  const given = known.reduce((least, column) => Math.min(least, column.length), Infinity)
  // The calendar is known for ever; what else is known ahead ends somewhere.
  const reach = Math.min(given, steps + ahead)
  const scale = normalisationOf(coding.normalisation).raw ? { mean: 0, deviation: 1 } : { mean, deviation }
  const unseen = unseenOf(change, channel)
  return {
    channel,
    number,
    values: scaled(changed(change, values), steps, scale),
    ...(unseen && { unseen }),
    reach,
    known: [
      ...calendarColumns(coding, channel, reach),
      ...coding.known.map((scaling, i) => scaled(known[i]!, reach, scaling)),
    ],
    past: coding.past.map((scaling, i) => scaled(past[i]!, steps, scaling)),
    fixed: fixedOf(coding, channel, number),
  }
}

/** What the calendar says of each step: a column for each number. */
function calendarColumns(coding: WindowCoding, { time }: Channel, reach: number): Float32Array[] {
  const { width, values } = calendarOf(coding)
  const columns = Array.from({ length: width }, () => new Float32Array(reach))
  for (let step = 0; width > 0 && step < reach; step++) {
    values(time(step)).forEach((value, i) => (columns[i]![step] = value))
  }
  return columns
}

function scaled(
  values: Float64Array,
  count: number,
  { mean, deviation }: { mean: number; deviation: number },
): Float32Array {
  const result = new Float32Array(count)
  for (let i = 0; i < count; i++) result[i] = (values[i]! - mean) / deviation
  return result
}

function fixedOf({ marked, channels, categories }: WindowCoding, channel: Channel, number: number): Float32Array {
  const marks: number[] = []
  if (marked) marks.push(...channels.map((_, i) => (i === number ? 1 : 0)))
  categories.forEach(({ values }, c) => marks.push(...values.map((_, i) => (i === channel.categories[c] ? 1 : 0))))
  return Float32Array.from(marks)
}
