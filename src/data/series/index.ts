export { calendarOf, type Calendar, type CalendarFeature } from './calendar.ts'
export type { Frequency, TimeUnit } from './frequency.ts'
export type { HolidaySource } from './holidays.ts'
export { series } from './from-table.ts'
export { channelCalled } from './channel-called.ts'
export type { Channel, Series, SeriesFacts } from './series.ts'
export { seriesOf, withChannels } from './series-of.ts'
export { channelCoding, covariateScalings, type ChannelCoding, type NamedScaling } from './channel-coding.ts'
export { decoders, farthestAhead, windowRows } from './decoders.ts'
export { laggedWidth, putKnown, seesSeason } from './sampled-rows.ts'
export { normalisationOf, normalisations, type Normalisation, type WindowScale } from './normalisations.ts'
export {
  changeOf,
  codedChannels,
  stepsBefore,
  fixedWidth,
  knownWidth,
  type CodedChannel,
  type Decoder,
  type WindowCoding,
} from './window-coding.ts'
export type { WindowRows } from './window-rows.ts'
export { windowCodingFrom } from './window-coding-from.ts'
export { windows } from './windows.ts'
export type { GivenRows, SeriesOptions } from './series-options.ts'
export { readingFrom, type CovariateReading, type ReadAlike, type SeriesReading } from './reading.ts'
export { differences, type Differencing } from './differences.ts'
export { transformOf } from './fit-transform.ts'
export { checkCounts, transformFrom, transformNames, type Transform, type TransformName } from './transforms.ts'
export type { StaticCategory } from './static-category.ts'
export type { Filling, Merging, Resampling, SeriesReadingOptions } from './reading-options.ts'
export { zoneOf } from './zone.ts'
export { fromAllOver, lastTime, takenText, wholeWindows, windowsFrom, type Window } from './origins.ts'
export { levelsAhead, type ValueChange } from './value-change.ts'
