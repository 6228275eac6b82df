import { anomalies, UnrolledError, type AnomalyReport } from 'unrolled'
import { engineOf, engineOptions, number, on, type Command, type Given } from '../command.ts'
import { csvLine } from '../csv-line.ts'
import { forecasterIn } from '../forecasts/forecaster-in.ts'
import { historyFor } from '../forecasts/read-history.ts'
import { seriesOptions } from '../forecasts/series-options.ts'
import { checkTelling } from '../forecasts/told.ts'
import { interruptible } from '../interruptible.ts'
import { fitting, saying } from '../live-line.ts'
import { modelFile } from '../model-file.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'

export const anomaliesCommand: Command = {
  name: 'anomalies',
  says: 'find steps of series over time that a forecaster did not expect one step before',
  takes: ['<model>', '<history...>'],
  options: [
    {
      name: 'usual',
      value: '<files>',
      type: 'texts',
      says: 'a history in which all is usual, and which the model was not trained on: it tells how much surprises',
    },
    {
      name: 'falseAlarms',
      value: '<share>',
      type: 'number',
      says: 'the share of usual steps that are called anomalies (0.001)',
    },
    { name: 'csv', type: 'switch', says: 'series, time, value, what was expected and score, with commas between' },
    ...seriesOptions,
    ...engineOptions,
  ],
  examples: [
    'unrolled anomalies load.safetensors this-week.csv --usual last-month.csv',
    'unrolled anomalies load.safetensors this-week.csv --usual last-month.csv --false-alarms 0.01 --json',
  ],
  run,
}

async function run({ terminal, takes: [given, ...files], options }: Given): Promise<ExitCode> {
  checkTelling(options)
  const usual = options['usual'] as readonly string[] | undefined
  if (usual === undefined) {
    throw new UnrolledError(
      'usage',
      'name a history in which all is usual, and which the model was not trained on: --usual last-month.csv',
    )
  }
  const model = await forecasterIn(modelFile(given!), 'anomalies')
  const quiet = on(options, 'json') || on(options, 'csv')
  const reading = Promise.all([files, usual].map((some) => historyFor(model, some, { terminal, options })))
  const [series, ordinary] = quiet ? await reading : await saying(terminal, 'reading …', reading)
  const falseAlarms = number(options, 'falseAlarms')
  return interruptible(terminal, async (signal, line) => {
    const report = await anomalies(model, series!, {
      usual: ordinary!,
      ...(falseAlarms !== undefined && { falseAlarms }),
      signal,
      ...engineOf(options),
      ...(!quiet && {
        progress: (share: number) => line.show(() => fitting(terminal, `looking  ${Math.floor(100 * share)} %`)),
      }),
    })
    line.clear()
    const way = on(options, 'json') ? asJson : on(options, 'csv') ? asCsv : asTable
    terminal.out(way(report))
    return exitCodes.done
  })
}

/** What was found, as text. */
type Way = (report: AnomalyReport) => string

const asTable: Way = (report) => `${report.table()}\n`

const asJson: Way = ({ found, threshold, falseAlarms, steps, usual }) =>
  [
    ...found.map((one) => ({ event: 'anomaly', ...one })),
    { event: 'done', found: found.length, steps, usual, threshold, falseAlarms },
  ]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('')

const asCsv: Way = ({ found }) =>
  [
    csvLine(['series', 'time', 'value', 'expected', 'score']),
    ...found.map(({ name, time, value, expected, score }) =>
      csvLine([name, time instanceof Date ? time.toISOString() : time, value, expected, score]),
    ),
  ].join('')
