import {
  adam,
  backtest,
  calibrate,
  forecaster,
  gru,
  meanAbsoluteError,
  negativeBinomial,
  plateau,
  quantiles,
  train,
  type BacktestReport,
  type DoneEvent,
  type Forecaster,
  type Series,
  type TrainingEvent,
} from 'unrolled'
import { engineOf, number, type Options } from '../command.ts'
import type { Until } from '../run-files.ts'
import type { Plan } from './plan.ts'
import type { Way } from './ways.ts'

/** Widths and rates that did well on series of every kind. */
const [dropout, rate, batch] = [0.1, 3e-3, 64]
export const hidden = 32

/** Validations without a better one after which training ends; a pass over the data lies between them, and so many updates. */
const patience = 12
const apart = { least: 50, most: 200 }

const told = quantiles(0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)

/** What a model learns from, and where what it must not see begins; numbers of steps from the end. */
export interface Parts {
  readonly training: Series
  readonly validation: Series
  readonly calibration: Series
}

/** Each part begins as many steps before what it is for as a model reads: so much may be read of the part before it. */
export function partsOf(
  series: Series,
  { context, test, calibration, validation }: Plan,
  { differences = 0 }: Way,
): Parts {
  const before = context + differences
  return {
    training: series.between(0, -(test + calibration + validation)),
    validation: series.between(-(test + calibration + validation + before), -(test + calibration)),
    calibration: series.between(-(test + calibration + before), -test),
  }
}

/** A model that is not trained yet. */
export const modelFor = (
  training: Series,
  { context, horizon, counts }: Plan,
  way: Way,
  options: Options,
): Forecaster =>
  forecaster(training, {
    cell: gru,
    hidden,
    dropout,
    context,
    horizon,
    ...way,
    // What is said of changes adds up where it is one number; calibration tells what lies around it.
    output: way.differences ? meanAbsoluteError() : counts ? negativeBinomial() : told,
    seed: number(options, 'seed') ?? 0,
  })

/** Trains until validation gets no better, the time is up, or it is interrupted; the model keeps the best. */
export async function learn(
  model: Forecaster,
  { training, validation }: Parts,
  options: Options,
  until: Until,
  { signal, show }: { readonly signal: AbortSignal; show(event: TrainingEvent): void },
): Promise<DoneEvent> {
  const { context, horizon, differences = 0 } = model.coding
  const windows = training.channels.reduce((sum, { steps }) => sum + steps - context - differences - horizon + 1, 0)
  let last: TrainingEvent | undefined
  for await (const event of train(model, training, {
    ...until,
    batch,
    optimizer: adam({ lr: plateau({ from: rate, factor: 0.5, patience: 4 }) }),
    validation,
    validateEvery: Math.max(apart.least, Math.min(apart.most, Math.ceil(windows / batch))),
    patience,
    signal,
    ...engineOf(options),
  })) {
    last = event
    show(event)
  }
  return last as DoneEvent
}

/** Calibrates a model and tests it, each on steps that it has not seen. */
export async function judge(
  model: Forecaster,
  series: Series,
  { calibration }: Parts,
  { windows, every }: Plan,
  { signal, options }: { readonly signal: AbortSignal; readonly options: Options },
): Promise<BacktestReport> {
  await calibrate(model, calibration, { signal, ...engineOf(options) })
  return backtest(model, series, { windows, every, signal, ...engineOf(options) })
}
