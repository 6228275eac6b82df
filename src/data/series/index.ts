export type { Frequency, TimeUnit } from './frequency.ts'
export type { Channel, Series, SeriesFacts, StaticCategory } from './series.ts'
export { seriesOf } from './series-of.ts'
