import type { DoneEvent, Forecaster, Series } from 'unrolled'
import { duration, grouped } from '../numbers.ts'
import type { Options } from '../command.ts'
import { hidden } from './learn.ts'
import type { Course } from './learn-best.ts'
import type { Plan } from './plan.ts'
import { wayText } from './ways.ts'

const why: Readonly<Record<DoneEvent['reason'], string>> = {
  patience: 'validation got no better',
  minutes: 'the time was up; --minutes gives it more',
  aborted: 'it was interrupted',
  epochs: 'its passes over the data were made',
  steps: 'its updates were made',
}

/** All that was chosen for somebody who said nothing of it, a line each. */
export function assumptions(
  series: Series,
  { horizon, context, windows, every, test, calibration, validation }: Plan,
  course: Course,
  options: Options,
): string[] {
  const { reason, elapsedMs, epoch } = course[0].done
  const before = test + calibration + validation
  const { channels, season } = series
  const steps = Math.max(...channels.map((channel) => channel.steps))
  const said = (name: string): string => (options[name] === undefined ? `; --${name} says otherwise` : '')
  return [
    `${grouped(horizon)} steps ahead${said('horizon')}`,
    season > 1 ? `a season of ${grouped(season)} steps${said('season')}` : `no season${said('season')}`,
    wayFound(course),
    `a GRU of ${hidden} reads ${grouped(context)} steps of the past and says ${saysText(course[0].model)}`,
    `it learnt from the first ${grouped(steps - before)} steps${channels.length > 1 ? ` of ${grouped(channels.length)} series` : ''}; by the next ${grouped(validation)} ` +
      `the best of its epochs was chosen, by ${grouped(calibration)} more its intervals were calibrated`,
    `it was tested on the last ${grouped(test)}: ${grouped(windows)} windows of ${grouped(horizon)} steps, ${grouped(every)} from one to the next`,
    `training ended after ${duration(elapsedMs)} and ${epoch.toFixed(1)} epochs: ${why[reason]}`,
  ]
}

/** What a model says of a value. */
function saysText({ loss: { counts, levels } }: Forecaster): string {
  if (counts) return 'a distribution of counts: values are whole, small and often 0'
  return levels ? 'quantiles' : 'one number'
}

/** How values were seen, and how what else was tried did. */
function wayFound([best, ...others]: Course): string {
  if (others.length === 0) return wayText(best.way)
  const errors = [best, ...others].map(({ way, error }) => `${error.toPrecision(3)} of ${wayText(way)}`).join(', ')
  return `${wayText(best.way)}: the mean absolute error of validation was ${errors}; --transform and --differences say otherwise`
}
