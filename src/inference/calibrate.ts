import type { DataSet, Label } from '../data/index.ts'
import type { Classifier } from '../models/index.ts'
import { UnrolledError } from '../error.ts'
import type { EvaluationOptions } from './evaluation.ts'

/**
 * Makes a classifier's probabilities as sure as it is right on data that it was not trained on: finds the temperature by which scores
 * are divided, so that the mean −log probability of the labels is least (Guo et al. 2017, arXiv:1706.04599). It is kept in the model
 * and its file; which label is likeliest does not change. Gives the temperature.
 *
 * @throws UnrolledError `data` for data that does not fit the model, `option` for a model that is no classifier.
 */
export async function calibrate<Name extends Label>(
  model: Classifier<Name>,
  data: DataSet,
  options: EvaluationOptions = {},
): Promise<number> {
  if (typeof model?.temperature !== 'number') {
    throw new UnrolledError('option', 'calibrate: the first argument must be a classifier; it has a temperature to fit')
  }
  const { judged } = await import('./evaluation.ts')
  const scores: Float64Array[] = []
  const labels: number[] = []
  await judged(model, data, options, {
    take(output, [target]) {
      scores.push(Float64Array.from(output))
      labels.push(target!)
    },
  })
  model.temperature = leastAt((temperature) => meanSurprise(scores, labels, temperature))
  return model.temperature
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
