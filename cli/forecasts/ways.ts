import { UnrolledError, type Series, type TransformName } from 'unrolled'
import { string, whole, type Options } from '../command.ts'
import { grouped } from '../numbers.ts'
import { leastTraining, type Plan } from './plan.ts'

/** How a model sees values: transformed, and where it sees changes, to the step so many before. */
export interface Way {
  readonly transform: TransformName
  readonly differences?: number
}

/** What is tried of series: values and changes, as they are and by their logarithm, but for what options say. Counts are seen as they are. */
export function waysFor(series: Series, plan: Plan, options: Options): readonly Way[] {
  const transform = string(options, 'transform') as TransformName | undefined
  const lag = options['differences'] === undefined ? undefined : whole(options, 'differences', 0, 0)
  if (plan.counts && transform === undefined && lag === undefined) return [{ transform: 'none' }]
  const fits = (changes: number): boolean => plan.learnt - changes >= leastTraining
  if (lag !== undefined && !fits(lag)) {
    throw new UnrolledError(
      'data',
      `--differences ${grouped(lag)} leaves ${grouped(Math.max(0, plan.learnt - lag))} windows to learn from; ${grouped(leastTraining)} are needed`,
    )
  }
  const lags = lag === undefined ? [0, series.season].filter(fits) : [lag]
  const transforms = transform === undefined ? suiting(series) : [transform]
  return lags.flatMap((lag) => transforms.map((transform) => ({ transform, ...(lag > 0 && { differences: lag }) })))
}

/** Transforms that all values have: what is above 0 may grow by shares. */
function suiting({ channels }: Series): readonly TransformName[] {
  const least = channels.reduce((least, { values }) => Math.min(least, leastOf(values)), Infinity)
  if (least > 0) return ['none', 'log']
  return least === 0 ? ['none', 'log1p'] : ['none']
}

const leastOf = (values: Float64Array): number => values.reduce((least, value) => Math.min(least, value), Infinity)

/** `changes of log to 7 steps before` */
export function wayText({ transform, differences }: Way): string {
  if (differences === undefined) return transform === 'none' ? 'values as they are' : `values as ${transform}`
  const of = transform === 'none' ? '' : ` of ${transform}`
  return `changes${of} to ${differences === 1 ? 'the step' : `${grouped(differences)} steps`} before`
}
