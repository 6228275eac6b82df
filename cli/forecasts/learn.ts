import {
  adam,
  backtest,
  calibrate,
  forecaster,
  gru,
  negativeBinomial,
  plateau,
  quantiles,
  train,
  type BacktestReport,
  type DoneEvent,
  type Forecaster,
  type Series,
  type TrainingEvent,
  type TransformName,
} from 'unrolled'
import { engineOf, number, type Options } from '../command.ts'
import type { Until } from '../run-files.ts'
import type { Plan } from './plan.ts'

/** Widths and rates that did well on series of every kind. */
const [dropout, rate, batch] = [0.1, 3e-3, 64]
export const hidden = 32

/** Validations without a better one after which training ends; a pass over the data lies between them, and so many updates. */
const patience = 12
const apart = { least: 50, most: 200 }

/** What a model learns from, and where what it must not see begins; numbers of steps from the end. */
export interface Parts {
  readonly training: Series
  readonly validation: Series
  readonly calibration: Series
}

/** Each part begins a context before what it is for: so much may be read of the part before it. */
export const partsOf = (series: Series, { context, test, calibration, validation }: Plan): Parts => ({
  training: series.between(0, -(test + calibration + validation)),
  validation: series.between(-(test + calibration + validation + context), -(test + calibration)),
  calibration: series.between(-(test + calibration + context), -test),
})

/** A model that is not trained yet. */
export const modelFor = (
  training: Series,
  { context, horizon, counts }: Plan,
  options: Options,
  transform: TransformName,
): Forecaster =>
  forecaster(training, {
    cell: gru,
    hidden,
    dropout,
    context,
    horizon,
    transform,
    output: counts ? negativeBinomial() : quantiles(0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975),
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
  const windows = training.channels.reduce(
    (sum, { steps }) => sum + steps - model.coding.context - model.coding.horizon + 1,
    0,
  )
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
