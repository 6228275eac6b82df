import { UnrolledError } from '../../error.ts'
import { isObject } from '../../json-object.ts'
import { checkOneOf } from './series-options.ts'
import type { Channel, SeriesFacts } from './series.ts'
import { timeText } from './time-text.ts'
import { zoneOf } from './zone.ts'

/** A change of values that can be undone, each by itself. */
export interface Transform {
  readonly kind: TransformName
  forward(value: number): number
  inverse(value: number): number
  /** As a model's file keeps it; `transformFrom` reads it. */
  content(): { readonly kind: TransformName; readonly lambda?: number }
}

export type TransformName = 'none' | 'log' | 'log1p' | 'boxCox'

/** Above what values have to lie. */
const bounds: Readonly<Record<TransformName, number>> = { none: -Infinity, log: 0, log1p: -1, boxCox: 0 }

export const transformNames = Object.keys(bounds) as readonly TransformName[]

const none: Transform = {
  kind: 'none',
  forward: (value) => value,
  inverse: (value) => value,
  content: () => ({ kind: 'none' }),
}

const log: Transform = { kind: 'log', forward: Math.log, inverse: Math.exp, content: () => ({ kind: 'log' }) }

/** The logarithm of 1 + x, which counts from 0 on have. */
const log1p: Transform = { kind: 'log1p', forward: Math.log1p, inverse: Math.expm1, content: () => ({ kind: 'log1p' }) }

/**
 * (x^λ − 1) ÷ λ, and log x for λ = 0 (Box & Cox 1964, An analysis of transformations, equation 1). Below the least that there is an x
 * for, the inverse is 0.
 */
export function boxCox(lambda: number): Transform {
  const zero = Math.abs(lambda) < 1e-8
  return {
    kind: 'boxCox',
    forward: (value) => (zero ? Math.log(value) : Math.expm1(lambda * Math.log(value)) / lambda),
    inverse: (value) => (zero ? Math.exp(value) : Math.exp(Math.log1p(Math.max(-1, lambda * value)) / lambda)),
    content: () => ({ kind: 'boxCox', lambda }),
  }
}

/**
 * A transform fitted to what was observed of a channel: give it the part that is trained on.
 * @throws UnrolledError `data` with channel and time for a value that it cannot take; `option` where there is no such transform.
 */
export function transformOf(
  name: TransformName,
  channel: Channel,
  { frequency, zone }: Pick<SeriesFacts, 'frequency' | 'zone'>,
  owner: string,
): Transform {
  checkOneOf(owner, 'transform', name, transformNames)
  const { values, missing, time } = channel
  const isSeen = (_: number, step: number): boolean => missing?.[step] !== 1
  const at = values.findIndex((value, step) => isSeen(value, step) && !(value > bounds[name]))
  if (at >= 0) {
    const when = timeText(time(at), frequency, zoneOf(zone, owner))
    const advice = name !== 'log1p' && values.every((value) => value > -1) ? '; log1p takes 0 too' : ''
    throw new UnrolledError(
      'data',
      `${owner}: ${channel.name} is ${values[at]} at ${when}; ${name} takes values above ${bounds[name]}${advice}`,
    )
  }
  return name === 'boxCox' ? boxCox(likeliestLambda(values.filter(isSeen))) : { none, log, log1p }[name]
}

/** A transform, as a model's file tells of it. */
export function transformFrom(content: unknown): Transform {
  const { kind, lambda } = isObject(content) ? content : {}
  if (kind === 'boxCox' && Number.isFinite(lambda)) return boxCox(lambda as number)
  const found = [none, log, log1p].find((one) => one.kind === kind)
  if (found === undefined) throw new Error(`transform must be one of ${transformNames.join(', ')}`)
  return found
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
