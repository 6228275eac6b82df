/** Numbers brought to a mean of 0 and a deviation of 1: a model sees (value − mean) ÷ deviation. */
export interface Scaling {
  /** In the units of the numbers. */
  readonly mean: number
  /** The root of the mean squared distance from the mean, in the same units; 1 of numbers that never change. */
  readonly deviation: number
}

/** The scaling of some numbers: what never changes is only moved. */
export function scalingOf(values: ArrayLike<number>): Scaling {
  let mean = 0
  let squares = 0
  // Welford 1962: sums of squares would cancel where the mean is large.
  for (let i = 0; i < values.length; i++) {
    const away = values[i]! - mean
    mean += away / (i + 1)
    squares += away * (values[i]! - mean)
  }
  const deviation = Math.sqrt(squares / Math.max(1, values.length))
  return { mean, deviation: deviation > 0 ? deviation : 1 }
}
