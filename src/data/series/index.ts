export { calendarOf, type Calendar, type CalendarFeature } from './calendar.ts'
export type { Frequency, TimeUnit } from './frequency.ts'
export type { HolidaySource } from './holidays.ts'
export { series } from './from-table.ts'
export type { Channel, Series, SeriesFacts, StaticCategory } from './series.ts'
export { seriesOf } from './series-of.ts'
export { channelCoding, covariateScalings, type ChannelCoding, type NamedScaling } from './channel-coding.ts'
export { decoders, farthestAhead, windowRows } from './decoders.ts'
export { laggedWidth, putKnown, seesSeason } from './sampled-rows.ts'
export { normalisationOf, normalisations, type Normalisation, type WindowScale } from './normalisations.ts'
export {
  codedChannels,
  fixedWidth,
  knownWidth,
  type CodedChannel,
  type Decoder,
  type WindowCoding,
} from './window-coding.ts'
export type { WindowRows } from './window-rows.ts'
export { windowCodingFrom } from './window-coding-from.ts'
export { windows } from './windows.ts'
export type { Filling, GivenRows, Merging, Resampling, SeriesOptions } from './series-options.ts'
export { zoneOf } from './zone.ts'
