import { evaluate, type DoneEvent, type Forecaster, type ForecastReport, type Series } from 'unrolled'
import { engineOf, type Options } from '../command.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { modelFor, partsOf, type Parts } from './learn.ts'
import type { Plan } from './plan.ts'
import { trainFor, type Limits } from './train-for.ts'
import { wayText, type Way } from './ways.ts'

/** A model that sees values so, and its parts of the series. */
export interface Untrained {
  readonly way: Way
  readonly parts: Parts
  readonly model: Forecaster
}

/** The same trained. */
export interface Tried extends Untrained {
  readonly done: DoneEvent
  /** Its mean absolute error on what validates, in the units of the series. */
  readonly error: number
}

/** Minutes that the last of them has in any case. */
const least = 0.01

/** What was tried, the one that did best on what validates first. */
export type Course = readonly [Tried, ...Tried[]]

/** A model for each way to see values. */
export const untrainedOf = (series: Series, plan: Plan, ways: readonly Way[], options: Options): readonly Untrained[] =>
  ways.map((way) => {
    const parts = partsOf(series, plan, way)
    return { way, parts, model: modelFor(parts.training, plan, way, options) }
  })

/**
 * Trains models, each for its share of the time, and gives them as they did. Who ends it with Ctrl-C takes what was
 * tried by then.
 */
export async function learnBest(
  untrained: readonly Untrained[],
  until: Limits,
  question: {
    readonly terminal: Terminal
    readonly options: Options
    say(text: string): void
    event(event: object): void
  },
): Promise<Course | ExitCode> {
  const { options, event, say } = question
  const start = performance.now()
  const tried: Tried[] = []
  for (const [i, one] of untrained.entries()) {
    const { way, model, parts } = one
    if (untrained.length > 1) say(`${wayText(way)}:`)
    event({ event: 'way', ...way })
    // Who needs less than its share leaves the rest to those behind.
    const left = until.minutes - (performance.now() - start) / 60_000
    const share = { ...until, minutes: Math.max(least, left / (untrained.length - i)) }
    const done = await trainFor(model, parts, share, question)
    if (typeof done === 'number') return done
    const { mae } = (await evaluate(model, parts.validation, engineOf(options))) as unknown as ForecastReport
    tried.push({ ...one, done, error: mae })
    if (done.reason === 'aborted') break
  }
  return tried.sort((a, b) => a.error - b.error) as unknown as Course
}
