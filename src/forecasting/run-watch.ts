import { type Channel, type Series, withChannels } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { Forecaster } from '../models/index.ts'
import { checkNames, shown } from '../options.ts'
import { channelNamed } from './channel-named.ts'
import { checkForecaster } from './check-forecaster.ts'
import type { ForecastOptions } from './forecast-options.ts'
import type { Forecast } from './forecast-value.ts'
import { forecastOne } from './run-forecast.ts'
import type { ForecastSession, Observation } from './forecast-session.ts'

const owner = 'watch'

/** What `watch` does. */
export function openWatch(
  model: Forecaster,
  series: Series,
  { of, ...options }: ForecastOptions & { readonly of?: string },
): ForecastSession {
  checkForecaster(owner, model, series)
  return new Watch(model, withChannels(series, [channelNamed(series, of)]), options)
}

class Watch implements ForecastSession {
  readonly #model: Forecaster
  readonly #options: ForecastOptions
  #series: Series
  /** What was asked for last; the next waits for it. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(model: Forecaster, series: Series, options: ForecastOptions) {
    this.#model = model
    this.#series = series
    this.#options = options
  }

  get steps(): number {
    return this.#series.channels[0]!.steps
  }

  push(given: number | Observation): Promise<Forecast> {
    const taken = this.#turn.then(() => this.#take(observed(given)))
    this.#turn = taken.catch(() => undefined)
    return taken
  }

  /** An observation is taken where what comes then can be said. */
  async #take(observation: Observation): Promise<Forecast> {
    const next = withChannels(this.#series, [after(this.#series, observation)])
    const said = await forecastOne(this.#model, next, this.#options)
    this.#series = next
    return said
  }

  forecast(): Promise<Forecast> {
    return forecastOne(this.#model, this.#series, this.#options)
  }

  fork(): ForecastSession {
    return new Watch(this.#model, this.#series, this.#options)
  }
}

/** An observation in whole; of a value alone what it is, be it none. */
function observed(given: number | Observation): Observation {
  if (typeof given !== 'object' || given === null) return { value: given }
  checkNames('watch: push', given, ['value', 'known', 'past'])
  return given
}

/** The channel with an observation more; what is known ahead stays where it is known. */
function after({ channels, known, past }: Series, { value, known: ahead = {}, past: now = {} }: Observation): Channel {
  const channel = channels[0]!
  const { steps, missing } = channel
  const number = (what: string, given: unknown): number => {
    if (typeof given === 'number' && Number.isFinite(given)) return given
    throw new UnrolledError('data', `watch: ${what} of step ${steps} is ${shown(given)}; it must be a number`)
  }
  return {
    ...channel,
    steps: steps + 1,
    values: longer(channel.values, number('the value', value)),
    ...(missing && { missing: Uint8Array.of(...missing, 0) }),
    known: channel.known.map((column, i) => {
      const name = known[i]!
      if (column.length > steps && ahead[name] === undefined) return column
      const whole = column.length > steps ? column.slice() : longer(column, 0)
      whole[steps] = number(name, ahead[name])
      return whole
    }),
    past: channel.past.map((column, i) => longer(column, number(past[i]!, now[past[i]!]))),
  }
}

function longer(values: Float64Array, value: number): Float64Array {
  const result = new Float64Array(values.length + 1)
  result.set(values)
  result[values.length] = value
  return result
}
