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
import type { Material, Measured } from '../material.ts'
import { nextText } from '../next-commands.ts'
import { grouped } from '../numbers.ts'
import { shellWord } from '../shell-word.ts'
import { readFor } from './read-history.ts'

/** Series over time, of which a model says what comes next. They are trained on by `forecast`, which needs to be told nothing. */
export const histories: Material = {
  called: 'series over time',
  tasks: ['forecaster'],
  options: [],
  isMeant: () => false,
  fits: isForecaster,
  offer: '[s]how what it forecasts',
  prepare: (files) =>
    refuse(
      `unrolled forecast ${files.map(shellWord).join(' ') || 'history.csv'} --out series.safetensors trains a forecaster`,
    ),
  show: async (model, { terminal, path }) => {
    const { horizon, channels } = (model as Forecaster).coding
    terminal.out(`it says ${grouped(horizon)} steps ahead of ${channels.map(({ name }) => name).join(', ')}\n`)
    terminal.out(
      nextText(terminal, [`forecast ${shellWord(path)} history.csv`, `backtest ${shellWord(path)} history.csv`]),
    )
  },
  describe: () => refuse('unrolled forecast says what series a file holds'),
  read: async (model, files, options) =>
    measured(model as Forecaster, await readFor(model as Forecaster, await readTable(files), options)),
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
