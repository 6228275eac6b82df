/** How `logMel` cuts samples into frames, and frames into bands of frequency. */
export interface MelOptions {
  /** Samples a second. */
  readonly rate: number
  /** Seconds that a frame is long; 0.025. */
  readonly frame?: number
  /** Seconds from one frame to the next; 0.01. */
  readonly hop?: number
  /** How many bands; 40. */
  readonly bands?: number
  /** Where the lowest band begins, in Hz; 0. */
  readonly low?: number
  /** Where the highest band ends, in Hz, up to half of the rate; that. */
  readonly high?: number
}
