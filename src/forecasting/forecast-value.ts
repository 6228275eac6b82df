import type { Json } from '../options.ts'
import type { Tick } from './drawing/tick.ts'
import type { Times, Wall } from './time-text.ts'

/** The last of what was, before a forecast. */
export interface History {
  /** When its steps were, the last of them one before the forecast begins. */
  readonly times: Times
  /** A value for each, in the units of the series. */
  readonly values: Float64Array
  /** 1 where a value was missing and something stands in for it. */
  readonly missing?: Uint8Array
}

/** What is thought of the next steps of one column of numbers. */
export interface Forecast {
  /** The channel's: the target, or `shop 3 · sales`. */
  readonly name: string
  /** When its steps are: dates, or numbers of steps. */
  readonly times: Times
  /** One number for each step. */
  readonly point: Float64Array
  /** The probabilities whose quantiles are known, in order; none of a forecast that says one number. */
  readonly levels: readonly number[]
  /** The last steps before it, to be drawn beside it. */
  readonly history: History
  /** What a test on the past said of the model. */
  readonly verdict?: string
  /** What is to be known of it, in words. */
  readonly notes: readonly string[]
  /** What clocks show at a time, by which dates are written. */
  readonly wall: Wall
  /**
   * The number below which each step's value is with that probability. Between levels it is interpolated linearly.
   * @throws UnrolledError `option` outside of the levels.
   */
  quantile(level: number): Float64Array
  /** The interval in which each step's value is with that probability, as likely above as below. Errors as those of `quantile`. */
  interval(share: number): { readonly low: Float64Array; readonly high: Float64Array }
  /** A line for each step, with notes and verdict below. */
  table(): string
  /** Comma-separated values: `time` or `step`, `forecast`, and a column for each level, `q0.1`. */
  csv(): string
  /**
   * As JSON carries it: `name`, `times`, `point`, `levels`, a list of steps for each level in `quantiles`, `history` with null where a
   * value was missing, `notes` and `verdict`.
   */
  json(): Readonly<Record<string, Json>>
  /**
   * A picture of it and its past that stands alone: it asks for no font, style or script from elsewhere, and is dark where whoever looks
   * prefers that. Notes and verdict stand below, and make it higher.
   * @throws UnrolledError `option` where there is no such option, or no picture of that size.
   */
  svg(options?: SvgOptions): string
  /** What there is to draw of it, with at most so many marks on its axes, for whoever draws it elsewhere. */
  outline(most: { readonly times: number; readonly values: number }): ForecastOutline
}

/** How large a picture of a forecast is. */
export interface SvgOptions {
  /** In pixels, from 240 to 20,000; 800. */
  readonly width?: number
  /** In pixels, from 160 to 20,000, without the notes below; 400. */
  readonly height?: number
}

/** What there is to draw of a forecast. */
export interface ForecastOutline {
  /** Values of the past; NaN where one was missing. */
  readonly past: Float64Array
  /** One number for each step ahead. */
  readonly point: Float64Array
  /** Intervals whose bounds are known, at most three, the narrowest first. */
  readonly bands: readonly { readonly share: number; readonly low: Float64Array; readonly high: Float64Array }[]
  /** Where the axis of values begins: some way below all that is drawn, but not below 0 where nothing is. */
  readonly low: number
  /** Where it ends: some way above. */
  readonly high: number
  /** Marks at round values. */
  readonly values: readonly Tick[]
  /** Marks at steps, counted from the first of the past, with which a new hour, day, month or year begins. */
  readonly times: readonly Tick[]
}

/** What a forecast is made of; `quantiles` has an array of steps for each level. */
export interface ForecastParts extends Pick<Forecast, 'name' | 'times' | 'point' | 'history' | 'verdict'> {
  readonly levels?: readonly number[]
  readonly quantiles?: readonly Float64Array[]
  readonly notes?: readonly string[]
  /** UTC. */
  readonly wall?: Wall
}
