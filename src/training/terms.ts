import type { Json } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import type { LearnerSettings } from './learner.ts'
import type { Settings } from './options.ts'
import type { RunData } from './parts.ts'

/** What makes a run what it is, by name. */
export type Terms = Readonly<Record<string, Json>>

/** The terms of a run, as its file holds them. */
export function termsOf(model: Model, settings: Settings, data: RunData): Terms {
  const { limits, stopping } = settings
  return {
    data: data.hash,
    batch: settings.batch,
    unroll: settings.unroll,
    every: settings.every,
    segment: settings.segment,
    accumulate: settings.accumulate,
    pack: settings.pack,
    scheduledSampling: settings.sampling ? { name: settings.sampling.name, options: settings.sampling.options } : null,
    ...learnt(model, settings),
    validation: typeof settings.validation === 'number' ? settings.validation : data.validationHash!,
    validationLimit: Number.isFinite(settings.validationLimit) ? settings.validationLimit : null,
    ...(data.split !== undefined && { split: data.split }),
    validateEvery: settings.validateEvery ?? null,
    ...limits.options,
    ...stopping.options,
  }
}

/** The terms of a model that learns from whatever comes, and has no data of its own. */
export const learningTerms = (model: Model, settings: LearnerSettings): Terms => ({
  data: null,
  ...learnt(model, settings),
})

/** What is learnt, and how. */
const learnt = ({ layer, loss }: Model, { optimizer, trained, clipping, seed }: LearnerSettings): Terms => ({
  optimizer: { name: optimizer.name, options: optimizer.options },
  frozen: [...trained.frozen],
  rates: Object.fromEntries(trained.rates),
  clip: clipping ? { name: clipping.name, options: clipping.options } : null,
  seed,
  model: layer.description as Json,
  loss: { name: loss.name, options: loss.options },
})

/** A term that is another than it was. */
export interface Change {
  /** `batch`, `optimizer.lr`, `model.layers[1].hidden`. */
  readonly name: string
  readonly stored: Json
  readonly now: Json
}

/** Terms that may be others from here on: how fast, how long and how patiently a run learns. */
const free = ['frozen', 'rates', 'clip', 'scheduledSampling', 'epochs', 'steps', 'minutes', 'patience', 'minDelta']

/** Whether a run may go on after that change. */
export const isFree = ({ name }: Change): boolean =>
  free.includes(name) || /^(optimizer|rates)\./.test(name) || name.startsWith('frozen[')

/** Version 0.1.0 stored fewer terms; what it did not know it did so. */
const unsaid: Terms = { accumulate: 1, pack: false, scheduledSampling: null, frozen: [], rates: {}, split: 'end' }

/** All that is another now, in the order of the terms. */
export function changesOf(stored: Terms, now: Terms): Change[] {
  return Object.entries(now).flatMap(([name, value]): Change[] => {
    const known = Object.hasOwn(stored, name) ? stored : unsaid
    if (!Object.hasOwn(known, name)) return []
    const old = known[name]!
    if (name === 'optimizer')
      return optimizerChanges(old as unknown as OptimizerTerm, value as unknown as OptimizerTerm)
    const change = firstDifference(name, old, value)
    return change ? [change] : []
  })
}

interface OptimizerTerm {
  readonly name: string
  readonly options: Terms
}

function optimizerChanges(stored: OptimizerTerm, now: OptimizerTerm): Change[] {
  if (stored.name !== now.name) return [{ name: 'optimizer', stored: stored.name, now: now.name }]
  const names = [...new Set([...Object.keys(now.options), ...Object.keys(stored.options)])]
  return names
    .map((name) => ({
      name: `optimizer.${name}`,
      stored: stored.options[name] ?? null,
      now: now.options[name] ?? null,
    }))
    .filter(({ stored, now }) => !same(stored, now))
}

/** Terms that are told of as a whole. */
const whole = ['clip', 'scheduledSampling']

/** The first place where two values differ. */
function firstDifference(name: string, stored: Json, now: Json): Change | undefined {
  if (same(stored, now)) return undefined
  const [a, b] = [stored, now]
  if (!whole.includes(name) && isObject(a) && isObject(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const inner = Array.isArray(a) ? `${name}[${key}]` : `${name}.${key}`
      const found = firstDifference(inner, (a as Terms)[key] ?? null, (b as Terms)[key] ?? null)
      if (found) return found
    }
  }
  return { name, stored, now }
}

const isObject = (value: Json): value is Terms | readonly Json[] => typeof value === 'object' && value !== null

/** Equal as files hold them; the order of names does not matter. */
function same(a: Json, b: Json): boolean {
  if (!isObject(a) || !isObject(b)) return Object.is(a, b) || a === b
  const keys = Object.keys(a)
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same((a as Terms)[key]!, (b as Terms)[key]!))
  )
}

/** `batch is 16, in the stored run 8` */
export function changeInWords({ name, stored, now }: Change): string {
  if (name === 'data' && stored === null) return 'what is stored is of learner(), and has no data to go on with'
  if (name === 'data')
    return `the data is not that of the stored run (its checksum is ${shown(now)}, not ${shown(stored)})`
  return `${name} is ${shown(now)}, in the stored run ${shown(stored)}`
}

function shown(value: Json): string {
  if (value === null) return 'not given'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
