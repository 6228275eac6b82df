import { evaluate, type DoneEvent, type Forecaster, type ForecastReport, type TransformName } from 'unrolled'
import { engineOf, type Options } from '../command.ts'
import type { Until } from '../run-files.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { modelFor, type Parts } from './learn.ts'
import type { Plan } from './plan.ts'
import { trainFor } from './train-for.ts'

/** A model of values that are transformed so. */
export interface Untrained {
  readonly transform: TransformName
  readonly model: Forecaster
}

/** The same trained. */
export interface Tried extends Untrained {
  readonly done: DoneEvent
  /** Its mean absolute error on what validates, in the units of the series. */
  readonly error: number
}

/** What was tried, the one that did best on what validates first. */
export type Course = readonly [Tried, ...Tried[]]

/** A model for each transform that is to be tried. */
export const untrainedOf = ({ training }: Parts, plan: Plan, options: Options): readonly Untrained[] =>
  plan.transforms.map((transform) => ({ transform, model: modelFor(training, plan, options, transform) }))

/**
 * Trains models, each for its share of the time, and gives them as they did. Who ends it with Ctrl-C takes what was
 * tried by then.
 */
export async function learnBest(
  untrained: readonly Untrained[],
  parts: Parts,
  until: Until,
  question: {
    readonly terminal: Terminal
    readonly options: Options
    say(text: string): void
    event(event: object): void
  },
): Promise<Course | ExitCode> {
  const { options, event, say } = question
  const share = { ...until, ...(until.minutes !== undefined && { minutes: until.minutes / untrained.length }) }
  const tried: Tried[] = []
  for (const { transform, model } of untrained) {
    if (untrained.length > 1) say(transform === 'none' ? 'values as they are:' : `values as ${transform}:`)
    event({ event: 'transform', transform })
    const done = await trainFor(model, parts, share, question)
    if (typeof done === 'number') return done
    const { mae } = (await evaluate(model, parts.validation, engineOf(options))) as unknown as ForecastReport
    tried.push({ transform, model, done, error: mae })
    if (done.reason === 'aborted') break
  }
  return tried.sort((a, b) => a.error - b.error) as unknown as Course
}
