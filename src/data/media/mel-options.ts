export interface MelOptions {
  /** Samples a second. */
  readonly rate: number
  /** Seconds that a frame is long; 0.025. */
  readonly frame?: number
  /** Seconds from one frame to the next; 0.01. */
  readonly hop?: number
  /** How many bands; 40. */
  readonly bands?: number
  /** The range of frequencies in Hz; 0, and half of the rate. */
  readonly low?: number
  readonly high?: number
}
