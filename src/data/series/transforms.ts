import { UnrolledError } from '../../error.ts'
import { isObject } from '../../json-object.ts'
import type { Channel, SeriesFacts } from './series.ts'
import { timeText } from './time-text.ts'
import { zoneOf } from './zone.ts'

/** A change of values that can be undone, each by itself. */
export interface Transform {
  readonly kind: TransformName
  forward(value: number): number
  inverse(value: number): number
  /** As a model's file keeps it; `transformFrom` reads it. */
  content(): TransformContent
}

export interface TransformContent {
  readonly kind: TransformName
  readonly lambda?: number
}

/**
 * What can be done to values before a model sees them, and undone: nothing, log x, log(1 + x), or Box and Cox's power (1964), fitted to
 * the values.
 */
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
 * Holds the values of a channel against what a transform takes, those that stand in for missing ones too: models see them.
 * @throws UnrolledError `data` with channel and time.
 */
export function checkDomain(
  name: TransformName,
  { name: whose, values, missing, time }: Channel,
  { frequency, zone }: Pick<SeriesFacts, 'frequency' | 'zone'>,
  owner: string,
): void {
  const at = values.findIndex((value) => !(value > bounds[name]))
  if (at < 0) return
  const when = timeText(time(at), frequency, zoneOf(zone, owner))
  const is = missing?.[at] === 1 ? 'was not observed and is filled with' : 'is'
  const advice = name !== 'log1p' && values.every((value) => value > -1) ? '; log1p takes 0 too' : ''
  throw new UnrolledError(
    'data',
    `${owner}: ${whose} ${is} ${values[at]} at ${when}; ${name} takes values above ${bounds[name]}${advice}`,
  )
}

/**
 * Holds the values of a channel against what is counted.
 * @throws UnrolledError `data` with channel and time.
 */
export function checkCounts(
  { name, values, time }: Channel,
  { frequency, zone }: Pick<SeriesFacts, 'frequency' | 'zone'>,
  owner: string,
): void {
  const at = values.findIndex((value) => !(Number.isInteger(value) && value >= 0))
  if (at < 0) return
  const when = timeText(time(at), frequency, zoneOf(zone, owner))
  throw new UnrolledError('data', `${owner}: ${name} is ${values[at]} at ${when}; counts are whole numbers from 0`)
}

/** A transform, as a model's file tells of it. */
export function transformFrom(content: unknown): Transform {
  const { kind, lambda } = isObject(content) ? content : {}
  if (kind === 'boxCox' && Number.isFinite(lambda)) return boxCox(lambda as number)
  const found = [none, log, log1p].find((one) => one.kind === kind)
  if (found === undefined) throw new Error(`transform must be one of ${transformNames.join(', ')}`)
  return found
}
