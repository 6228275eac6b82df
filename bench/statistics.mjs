export function median(/** @type {number[]} */ values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export const mean = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b, 0) / values.length

export const geometricMean = (/** @type {number[]} */ values) => Math.exp(mean(values.map(Math.log)))
