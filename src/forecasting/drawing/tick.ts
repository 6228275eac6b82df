/** A mark on an axis. */
export interface Tick {
  /** The value, or the number of the step, at which it is. */
  readonly at: number
  /** What is written beside it. */
  readonly text: string
  /** What it belongs to, where that begins or is told for the first time: the month of a day, the year of a month. */
  readonly under?: string
}
