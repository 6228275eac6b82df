import type { KeptVerdict } from '../models/index.ts'
import { bootstrap } from '../models/reports/bootstrap.ts'
import type { RuleName } from './rules.ts'

/** What a test on the past says of a model beside simple rules, as it stands in a model's file. */
export interface Verdict extends KeptVerdict {
  /** The rule that the model is held against: seasonal naive, or naive where no season is known. */
  readonly against: RuleName
  /** Bounds of the ratio with 95 %, by a bootstrap over windows; null of fewer than two, or where the rule made no error in many. */
  readonly interval: readonly [number, number] | null
  /** The rule to use instead, where one did as well: the one with the least error. */
  readonly instead?: RuleName
}

/** Errors of a model and of rules, window by window: sums over steps and series of absolute errors, scaled where that can be. */
export interface ErrorsByWindow {
  readonly model: Float64Array
  readonly rules: ReadonlyMap<RuleName, Float64Array>
}

/** What errors say of a model that is held against one of the rules. */
export function verdictOf(horizon: number, against: RuleName, { model, rules }: ErrorsByWindow): Verdict {
  const windows = model.length
  const base = rules.get(against)!
  const ratioOf = (errors: Float64Array): number => sum(errors) / sum(base)
  const facts = { windows, horizon, against }
  if (sum(base) === 0) {
    const text = `${onWindows(windows)} there was nothing for this model to do better: ${against} made no error. Use ${against} instead`
    return { ...facts, ratio: null, interval: null, better: false, instead: against, text }
  }
  const ratio = ratioOf(model)
  const interval = intervalOf(model, base)
  const best = [...rules].reduce((best, one) => (sum(one[1]) < sum(best[1]) ? one : best), [against, base] as const)
  const better = sum(model) < sum(best[1])
  const found = { ...facts, ratio, interval, better, ...(!better && { instead: best[0] }) }
  return { ...found, text: textOf(found, ratioOf(best[1])) }
}

/** Windows are drawn with what each forecast made of them: errors of one window have much in common. */
function intervalOf(model: Float64Array, base: Float64Array): Verdict['interval'] {
  if (model.length < 2) return null
  const bounds = bootstrap(model.length, (drawn) => sumOf(model, drawn) / sumOf(base, drawn))
  return bounds.every(Number.isFinite) ? bounds : null
}

function textOf(
  { windows, against, ratio, interval, better, instead }: Omit<Verdict, 'text' | 'ratio'> & { readonly ratio: number },
  bestRatio: number,
): string {
  const bounds = interval === null ? '' : ` (95 %: ${interval[0].toFixed(2)} to ${interval[1].toFixed(2)})`
  const error = `${onWindows(windows)} this model's error was ${ratio.toFixed(2)} of ${against}'s${bounds}`
  if (better) {
    const chance = interval !== null && interval[1] >= 1 ? ', which may be chance' : ''
    return `${error}${chance}`
  }
  if (instead === against) return `${error}: it lost. Use ${against} instead`
  const lost = ratio < 1 ? ', but' : ': it lost, and'
  return `${error}${lost} ${instead}'s was ${bestRatio.toFixed(2)}. Use ${instead} instead`
}

const onWindows = (windows: number): string => `on ${windows} past window${windows === 1 ? '' : 's'}`

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

const sumOf = (values: Float64Array, drawn: Uint32Array): number =>
  drawn.reduce((total, window) => total + values[window]!, 0)
