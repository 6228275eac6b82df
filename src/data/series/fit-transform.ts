import { checkOneOf } from './series-options.ts'
import type { Channel, SeriesFacts } from './series.ts'
import { boxCox, checkDomain, transformFrom, transformNames, type Transform, type TransformName } from './transforms.ts'

/**
 * A transform fitted to what was observed of a channel: give it the part that is trained on.
 * @throws UnrolledError `data` with channel and time for a value that it cannot take; `option` where there is no such transform.
 */
export function transformOf(
  name: TransformName,
  channel: Channel,
  facts: Pick<SeriesFacts, 'frequency' | 'zone'>,
  owner: string,
): Transform {
  checkOneOf(owner, 'transform', name, transformNames)
  checkDomain(name, channel, facts, owner)
  const { values, missing } = channel
  const seen = values.filter((_, step) => missing?.[step] !== 1)
  return name === 'boxCox' ? boxCox(likeliestLambda(seen)) : transformFrom({ kind: name })
}

/** Where λ is looked for. Below 0 there are values that no x becomes, above which a forecast may well lie. */
const [least, most] = [0, 2]

/**
 * The λ with which values are likeliest of a normal distribution: the largest (λ − 1) Σ log x − n ÷ 2 log σ²(λ), σ² the variance of what
 * they become (Box & Cox 1964, equation 8), by golden section.
 */
export function likeliestLambda(values: Float64Array): number {
  const logs = values.map(Math.log)
  const sum = logs.reduce((all, one) => all + one, 0)
  const likelihood = (lambda: number): number => {
    const { forward } = boxCox(lambda)
    return (lambda - 1) * sum - (values.length / 2) * Math.log(varianceOf(values.map(forward)))
  }
  // What never changes is likely however it is transformed.
  if (varianceOf(values) === 0) return 1
  const golden = (Math.sqrt(5) - 1) / 2
  let [low, high] = [least, most]
  while (high - low > 1e-7) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)]
    if (likelihood(left) < likelihood(right)) low = left
    else high = right
  }
  return (low + high) / 2
}

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}
