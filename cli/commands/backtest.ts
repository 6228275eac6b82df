import { backtest, type BacktestReport } from 'unrolled'
import { saveModel } from 'unrolled/node'
import { engineOf, engineOptions, on, whole, type Command, type Given } from '../command.ts'
import { csvLine } from '../csv-line.ts'
import { forecasterIn } from '../forecasts/forecaster-in.ts'
import { historyFor } from '../forecasts/read-history.ts'
import { backtestEvent } from '../forecasts/backtest-event.ts'
import { seriesOptions } from '../forecasts/series-options.ts'
import { checkTelling } from '../forecasts/told.ts'
import { unseenWindows } from '../forecasts/unseen-windows.ts'
import { interruptible } from '../interruptible.ts'
import { fitting, saying } from '../live-line.ts'
import { modelFile } from '../model-file.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'

export const backtestCommand: Command = {
  name: 'backtest',
  says: 'test a forecaster on the past beside simple rules, and keep the verdict in its file',
  takes: ['<model>', '<history...>'],
  options: [
    { name: 'windows', value: '<n>', type: 'number', says: 'windows of the past (20, or as many as it has not seen)' },
    { name: 'every', value: '<n>', type: 'number', says: 'steps from one window to the next (the horizon)' },
    { name: 'dry', type: 'switch', says: 'leave the file as it is' },
    {
      name: 'csv',
      type: 'switch',
      says: 'errors of the model and of each rule, with commas between, and nothing else',
    },
    ...seriesOptions,
    ...engineOptions,
  ],
  examples: [
    'unrolled backtest sales.safetensors sales.csv',
    'unrolled backtest sales.safetensors sales.csv --windows 40 --every 1 --dry',
  ],
  run,
}

async function run({ terminal, takes: [given, ...files], options }: Given): Promise<ExitCode> {
  checkTelling(options)
  const path = modelFile(given!)
  const model = await forecasterIn(path, 'backtest')
  const every = whole(options, 'every', model.coding.horizon)
  const quiet = on(options, 'json') || on(options, 'csv')
  const reading = historyFor(model, files, { terminal, options })
  const series = quiet ? await reading : await saying(terminal, 'reading …', reading)
  const windows = options['windows'] === undefined ? unseenWindows(model, series, every) : whole(options, 'windows', 1)
  return interruptible(terminal, async (signal, line) => {
    const report = await backtest(model, series, {
      windows,
      every,
      signal,
      ...engineOf(options),
      ...(!quiet && {
        progress: (share: number) => line.show(() => fitting(terminal, `testing  ${Math.floor(100 * share)} %`)),
      }),
    })
    line.clear()
    const kept = !on(options, 'dry')
    if (kept) await saveModel(model, path)
    const way = on(options, 'json') ? asJson : on(options, 'csv') ? asCsv : asTable
    terminal.out(way(report, kept ? path : undefined))
    return exitCodes.done
  })
}

/** What a test found as text, and the file in which the verdict is kept. */
type Way = (report: BacktestReport, path: string | undefined) => string

const asTable: Way = (report, path) =>
  `${report.table()}\n${path === undefined ? '' : `\nthe verdict is kept in ${path}; unrolled forecast tells it\n`}`

const asJson: Way = (report, path) =>
  `${JSON.stringify({ ...backtestEvent(report), event: 'done', ...(path !== undefined && { model: path }) })}\n`

const asCsv: Way = ({ byName }) =>
  [
    csvLine(['name', 'mase', 'mae', 'rmse', 'smape', 'crps', 'wql', 'coverage']),
    ...byName.map(({ name, mase, mae, rmse, smape, crps, weightedQuantileLoss, coverage }) =>
      csvLine([name, mase, mae, rmse, smape, crps, weightedQuantileLoss, coverage]),
    ),
  ].join('')
