/** What the steps of a series are counted in; steps without dates are `step`. */
export type TimeUnit =
  'step' | 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'business day' | 'week' | 'month' | 'quarter' | 'year'

/** How far apart the steps of a series are. */
export interface Frequency {
  /** What `count` counts. */
  readonly unit: TimeUnit
  /** So many of them; 15 minutes are `{ unit: 'minute', count: 15 }`. */
  readonly count: number
}
