type Probabilities = (output: ArrayLike<number>, at: number, columns: number, into: Float32Array | Float64Array) => void

/** One of several: exp(output) over the sum of all; the greatest is taken out so that nothing overflows. */
export const softmax: Probabilities = (output, at, columns, into) => {
  let top = -Infinity
  for (let c = at; c < at + columns; c++) top = Math.max(top, output[c]!)
  let sum = 0
  for (let c = at; c < at + columns; c++) sum += Math.exp(output[c]! - top)
  for (let c = at; c < at + columns; c++) into[c] = Math.exp(output[c]! - top) / sum
}

/** Yes or no, each column by itself: 1 / (1 + exp(−output)). */
export const sigmoids: Probabilities = (output, at, columns, into) => {
  for (let c = at; c < at + columns; c++) into[c] = 1 / (1 + Math.exp(-output[c]!))
}

/** The number of the largest value; of equals the first. */
export function largestOf(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}
