import { UnrolledError } from '../error.ts'
import { reportText, type BacktestReport, type ForecastErrors } from './backtest-report.ts'
import { CoverageSums } from '../inference/forecasts/coverage-sums.ts'
import { ErrorSums, type WindowActual, type WindowForecast } from './error-sums.ts'
import { knownIntervals, nearestInterval, type KnownInterval } from '../inference/forecasts/intervals.ts'
import { rules, rulesOf, type Past, type RuleName } from './rules.ts'
import { verdictOf, type Verdict } from './verdict.ts'

/** What windows of the past have in common. */
export interface BacktestSetting {
  /** Steps of a window. */
  readonly horizon: number
  /** Steps of a season; 1 where none is known. */
  readonly season: number
  /** Levels of the quantiles of all forecasts; none where the model says one number. */
  readonly levels: readonly number[]
}

/** A window of one channel: what came, and what was forecast before. */
export interface BacktestWindow extends WindowActual {
  /** Its number: windows of channels that lie side by side have the same. */
  readonly window: number
  readonly channel: string
  readonly model: WindowForecast
  /** Of each rule of `rulesOf(season)`. */
  readonly rules: ReadonlyMap<RuleName, WindowForecast>
}

/** What the simple rules say behind a past, with quantiles of the levels. */
export function ruleForecasts(past: Past, { horizon, season, levels }: BacktestSetting): Map<RuleName, WindowForecast> {
  return new Map(
    rulesOf(season).map((name) => {
      const { point, quantile } = rules[name](past, horizon, season)
      return [name, { point, ...(levels.length > 0 && { quantiles: levels.map(quantile) }) }]
    }),
  )
}

type Name = ForecastErrors['name']
type ErrorsByName = Map<Name, ErrorSums>

/** Gathers windows of the past, one at a time, and reports of them; what is kept does not grow with steps. */
export class BacktestJudge {
  readonly #setting: BacktestSetting
  readonly #names: readonly Name[]
  readonly #interval: KnownInterval | undefined
  readonly #coverage: ReadonlyMap<Name, CoverageSums>
  readonly #byWindow = new Map<number, ErrorsByName>()
  readonly #byChannel = new Map<string, ErrorsByName>()
  #missing = 0
  #steps = 0

  constructor(setting: BacktestSetting) {
    this.#setting = setting
    this.#names = ['this model', ...rulesOf(setting.season)]
    this.#interval = nearestInterval(knownIntervals(setting.levels), 0.8)
    this.#coverage = new Map(this.#names.map((name) => [name, new CoverageSums(setting.horizon)]))
  }

  take(given: BacktestWindow): void {
    const { window, channel, model, rules } = given
    const places = [at(this.#byWindow, window, noErrors), at(this.#byChannel, channel, noErrors)]
    for (const name of this.#names) {
      const forecast = name === 'this model' ? model : rules.get(name)!
      const own = new ErrorSums()
      own.take(forecast, given, this.#setting.levels)
      for (const place of places) at(place, name, () => new ErrorSums()).add(own)
      const { low, high } = this.#interval ?? {}
      if (low === undefined || forecast.quantiles === undefined) continue
      this.#coverage.get(name)!.take(forecast.quantiles[low]!, forecast.quantiles[high!]!, given)
    }
    this.#steps += given.actual.length
    this.#missing += Array.from(given.missing ?? []).filter((gone) => gone !== 0).length
  }

  /** @throws UnrolledError `data` where no value came in any window. */
  report(): BacktestReport {
    const whole = new Map(this.#names.map((name) => [name, this.#whole(name)]))
    const { steps, scaledSteps } = whole.get('this model')!
    if (steps === 0) {
      throw new UnrolledError(
        'data',
        `backtest: of ${this.#byWindow.size} windows, ${this.#steps} steps, no value is there`,
      )
    }
    const { horizon } = this.#setting
    const scaled = scaledSteps > 0
    const share = this.#interval?.share
    const found = {
      windows: this.#byWindow.size,
      horizon,
      byName: this.#names.map((name) => ({
        name,
        ...whole.get(name)!.errors(),
        coverage: share === undefined ? undefined : this.#coverage.get(name)!.whole(),
      })),
      byChannel: [...this.#byChannel].map(([name, sums]) => ({ name, ...this.#channel(sums) })),
      ...(share !== undefined && { interval: share, coverageByStep: this.#coverage.get('this model')!.byStep() }),
      verdict: this.#verdict(scaled),
      notes: this.#notes(steps, scaledSteps),
    }
    return { ...found, table: () => reportText(found) }
  }

  #whole(name: Name): ErrorSums {
    return [...this.#byWindow.values()].reduce((sum, errors) => sum.add(errors.get(name)!), new ErrorSums())
  }

  #verdict(scaled: boolean): Verdict {
    const windows = [...this.#byWindow.values()]
    const errors = (name: Name): Float64Array => Float64Array.from(windows, (sums) => errorOf(sums.get(name)!, scaled))
    const names = rulesOf(this.#setting.season)
    const rules = new Map(names.map((name) => [name, errors(name)]))
    return verdictOf(this.#setting.horizon, names[0]!, { model: errors('this model'), rules })
  }

  /** How one channel fares; where a rule does as well as the model, the rule is the best. */
  #channel(sums: ErrorsByName): { readonly ratio: number; readonly best: Name } {
    const scaled = sums.get('this model')!.scaledSteps > 0
    const error = (name: Name): number => errorOf(sums.get(name)!, scaled)
    const best = this.#names.reduce((best, name) => (error(name) <= error(best) ? name : best))
    return { ratio: error('this model') / error(this.#names[1]!), best }
  }

  #notes(steps: number, scaledSteps: number): string[] {
    const notes: string[] = []
    if (this.#missing > 0) notes.push(`${this.#missing} of ${this.#steps} values are missing and not judged`)
    if (scaledSteps === 0) {
      notes.push('the past repeats itself exactly, so that no error can be scaled: models are compared by their MAE')
    } else if (scaledSteps < steps) {
      notes.push(
        `MASE leaves out ${steps - scaledSteps} of ${steps} values: the past before them repeats itself exactly`,
      )
    }
    return notes
  }
}

const noErrors = (): ErrorsByName => new Map()

const errorOf = (sums: ErrorSums, scaled: boolean): number => (scaled ? sums.scaled : sums.absolute)

function at<Key, Value>(map: Map<Key, Value>, key: Key, made: () => Value): Value {
  const known = map.get(key) ?? made()
  map.set(key, known)
  return known
}
