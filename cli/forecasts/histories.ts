import {
  isForecaster,
  UnrolledError,
  type Forecaster,
  type ForecastReport,
  type Fit,
  type Model,
  type Series,
} from 'unrolled'
import { readTable } from 'unrolled/node'
import { commonOptions, engineOptions, kebab } from '../command.ts'
import type { Material, Measured } from '../material.ts'
import { readSettings, sayingHow } from '../read-option.ts'
import { nextText } from '../next-commands.ts'
import { grouped } from '../numbers.ts'
import { shellWord } from '../shell-word.ts'
import { readFor } from './read-history.ts'
import { seriesOptions } from './series-options.ts'
import { strange } from './strange.ts'
import { horizonOption, wayOptions } from './way-options.ts'

/** Options of `train` that say something of every model. */
const ofAll = [
  'task',
  'out',
  'minutes',
  'steps',
  'seed',
  ...[...engineOptions, ...commonOptions].map(({ name }) => name),
]

/** Series over time, of which a model says what comes next. They are trained on as `forecast` does, which needs to be told nothing. */
export const histories: Material = {
  called: 'series over time',
  tasks: ['forecaster'],
  options: [horizonOption, ...seriesOptions, ...wayOptions],
  isMeant: () => false,
  fits: isForecaster,
  offer: '[s]how what it forecasts',
  prepare: (files) => {
    const history = files.map(shellWord).join(' ') || 'history.csv'
    return refuse(`a forecaster is trained anew: unrolled train ${history} --task forecaster`)
  },
  async trains(files, { terminal, options, path }) {
    const odd = Object.keys(options).find(
      (name) => ![...ofAll, ...histories.options.map(({ name }) => name)].includes(name),
    )
    if (odd !== undefined)
      refuse(`--${kebab(odd)} says nothing of a forecaster, which is made as unrolled forecast makes it: leave it away`)
    if (files.length === 0) refuse('name the history that it learns from: unrolled train history.csv --task forecaster')
    return strange(files, { terminal, options: { ...options, out: path } })
  },
  show: async (model, { terminal, path }) => {
    const { horizon, channels } = (model as Forecaster).coding
    terminal.out(`it says ${grouped(horizon)} steps ahead of ${channels.map(({ name }) => name).join(', ')}\n`)
    terminal.out(
      nextText(terminal, [`forecast ${shellWord(path)} history.csv`, `backtest ${shellWord(path)} history.csv`]),
    )
  },
  describe: () => refuse('unrolled forecast says what series a file holds'),
  read: async (model, files, options) =>
    measured(
      model as Forecaster,
      await readFor(model as Forecaster, await sayingHow(readTable(files, readSettings(options))), options),
    ),
  readScored: (model: Model) =>
    refuse(
      `score is for texts and tables; of a ${model.kind}, unrolled anomalies tells which steps it did not expect, and unrolled backtest how wrong it was`,
    ),
}

function refuse(why: string): never {
  throw new UnrolledError('usage', why)
}

/** Every origin of a history, as a model is measured on it. */
function measured(model: Forecaster, series: Series): Measured {
  const { coding } = model
  const learnt = series.channels.some(({ time }) => time(coding.context + (coding.differences ?? 0)) <= coding.until)
  return {
    data: series,
    facts: { found: series.found },
    lossUnit: 'loss',
    count: (result) => `${grouped((result as ForecastReport).windows)} windows`,
    figures: (result) => `loss ${(result as Fit).loss.toFixed(4)}`,
    details: (result) => [
      (result as ForecastReport).table(),
      ...(learnt
        ? ['', 'among these steps are such as the model has learnt from; unrolled backtest takes others']
        : []),
    ],
    event: (result) => ({ ...(result as Fit & ForecastReport), learnt }),
  }
}
