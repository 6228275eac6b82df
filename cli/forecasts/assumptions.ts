import type { DoneEvent, Series } from 'unrolled'

import { duration, grouped } from '../numbers.ts'
import type { Options } from '../command.ts'
import { hidden } from './learn.ts'
import type { Course, Tried } from './learn-best.ts'
import type { Plan } from './plan.ts'

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
  { horizon, context, windows, every, test, calibration, validation, counts }: Plan,
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
    `${transformText(course)}${said('transform')}`,
    `a GRU of ${hidden} reads ${grouped(context)} steps of the past and says ${
      counts ? 'a distribution of counts: values are whole, small and often 0' : 'quantiles'
    }`,
    `it learnt from the first ${grouped(steps - before)} steps${channels.length > 1 ? ` of ${grouped(channels.length)} series` : ''}; by the next ${grouped(validation)} ` +
      `the best of its epochs was chosen, by ${grouped(calibration)} more its intervals were calibrated`,
    `it was tested on the last ${grouped(test)}: ${grouped(windows)} windows of ${grouped(horizon)} steps, ${grouped(every)} from one to the next`,
    `training ended after ${duration(elapsedMs)} and ${epoch.toFixed(1)} epochs: ${why[reason]}`,
  ]
}

const asText = ({ transform }: Tried): string => (transform === 'none' ? 'as they are' : `as ${transform}`)

/** What was done to values first, and how what else was tried did. */
function transformText([best, ...others]: Course): string {
  if (others.length === 0) return `values ${asText(best)}`
  const errors = [best, ...others].map((one) => `${one.error.toPrecision(3)} ${asText(one)}`).join(', ')
  return `values ${asText(best)}: the mean absolute error of validation was ${errors}`
}
