/** A sound. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number
  /** Samples of each channel, from −1 to 1. */
  readonly channels: readonly Float32Array[]
}
