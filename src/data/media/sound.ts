/** A sound, as `decodeWav` gives it and `logMel` takes its channels one by one. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number
  /** Samples of each channel, from −1 to 1. */
  readonly channels: readonly Float32Array[]
}
