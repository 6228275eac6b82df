import type { Calibration } from '../calibrated.ts'

/**
 * Finds what scores are to be divided by, so that the mean −log probability of the labels is least (Guo et al. 2017,
 * arXiv:1706.04599).
 */
export function temperatureFit(keep: (temperature: number) => number): Calibration {
  const scores: Float64Array[] = []
  const labels: number[] = []
  return {
    take(output, [target]) {
      scores.push(Float64Array.from(output))
      labels.push(target!)
    },
    fit: () => keep(leastAt((temperature) => meanSurprise(scores, labels, temperature))),
  }
}

/** The mean of −log softmax(scores ÷ temperature)[label]. */
function meanSurprise(scores: readonly Float64Array[], labels: readonly number[], temperature: number): number {
  let sum = 0
  for (const [i, row] of scores.entries()) {
    let top = -Infinity
    for (const score of row) top = Math.max(top, score)
    let all = 0
    for (const score of row) all += Math.exp((score - top) / temperature)
    sum += Math.log(all) - (row[labels[i]!]! - top) / temperature
  }
  return sum / scores.length
}

/** Where a function of log temperature with one valley is least, between 1/20 and 20: the golden section (Kiefer 1953). */
function leastAt(of: (temperature: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2
  let [from, to] = [-Math.log(20), Math.log(20)]
  for (let i = 0; i < 40; i++) {
    const [left, right] = [to - golden * (to - from), from + golden * (to - from)]
    if (of(Math.exp(left)) < of(Math.exp(right))) to = right
    else from = left
  }
  return Math.exp((from + to) / 2)
}
