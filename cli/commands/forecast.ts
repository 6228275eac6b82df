import { UnrolledError } from 'unrolled'
import { engineOptions, on, string, whole, type Command, type Given, type Options } from '../command.ts'
import { explained } from '../forecasts/explained.ts'
import { answerOf } from '../forecasts/answer.ts'
import { forecasterIn } from '../forecasts/forecaster-in.ts'
import { historyFor } from '../forecasts/read-history.ts'
import { seriesOptions } from '../forecasts/series-options.ts'
import { strange } from '../forecasts/strange.ts'
import { askedFor, checkPictures, checkTelling, tell, tellingOptions } from '../forecasts/told.ts'
import { saying } from '../live-line.ts'
import { modelFile } from '../model-file.ts'
import { ending } from '../run-files.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'

/** Options of those that train. */
const learningOptions = ['transform', 'differences', 'minutes', 'steps', 'out', 'seed']

export const forecastCommand: Command = {
  name: 'forecast',
  says: 'say what comes next in series over time: by a model, or by one that is trained and tested for it',
  takes: ['<model|history>', '[history...]'],
  options: [
    { name: 'horizon', value: '<n>', type: 'number', says: "steps ahead (the model's; else what suits the frequency)" },
    ...tellingOptions,
    { name: 'explain', type: 'switch', says: 'tell which parts of the past each comes from' },
    ...seriesOptions,
    {
      name: 'transform',
      value: '<name>',
      type: 'text',
      says: 'without a model: what is done to values first: log, log1p, boxCox, none (what validates best)',
    },
    {
      name: 'differences',
      value: '<n>',
      type: 'number',
      says: 'without a model: see changes to so many steps before; 0 for values (what validates best)',
    },
    { name: 'minutes', value: '<n>', type: 'number', says: 'without a model: train so long at most (2)' },
    { name: 'steps', value: '<n>', type: 'number', says: 'without a model: make so many updates at most' },
    { name: 'out', value: '<file>', type: 'text', says: 'without a model: keep the one that is trained' },
    { name: 'seed', value: '<n>', type: 'number', says: 'without a model: seed of everything random (0)' },
    ...engineOptions,
  ],
  examples: [
    'unrolled forecast sales.csv',
    'unrolled forecast sales.csv --target sales --horizon 28 --out sales.safetensors',
    'unrolled forecast sales.safetensors sales.csv --plot',
    'unrolled forecast sales.safetensors sales.csv --svg sales.svg',
    "unrolled forecast shops.csv --series shop --known open,holiday --of 'north · sales' --csv",
  ],
  run,
}

async function run(given: Given): Promise<ExitCode> {
  const { terminal, takes, options } = given
  checkTelling(options)
  if (options['horizon'] !== undefined) whole(options, 'horizon', 1)
  const [first, ...rest] = takes
  const path = modelFile(first!)
  if (!path.endsWith(ending)) return strange(takes, { terminal, options })
  const model = await forecasterIn(path, 'forecast')
  checkGiven(path, rest, options)
  const reading = historyFor(model, rest, { terminal, options })
  const quiet = on(options, 'json') || on(options, 'csv')
  const series = quiet ? await reading : await saying(terminal, 'reading …', reading)
  const asked = askedFor(series.channels, options)
  checkPictures(asked, options)
  const { forecasts, instead } = await answerOf(model, series, asked, options)
  await tell(terminal, forecasts, options, { by: 'model' })
  if (instead && !on(options, 'csv')) {
    if (!on(options, 'json')) terminal.out(`\nWhat ${instead.rule} says, which did better in the test:\n\n`)
    const { svg: _, png: __, ...printing } = options
    await tell(terminal, instead.forecasts, printing, { by: instead.rule })
  }
  if (on(options, 'explain')) await explained(terminal, model, series, asked, options)
  return exitCodes.done
}

function checkGiven(path: string, histories: readonly string[], options: Options): void {
  if (histories.length === 0) {
    throw new UnrolledError(
      'usage',
      `name the history that ${path} is to go on with: unrolled forecast ${path} history.csv`,
    )
  }
  const odd = learningOptions.find((name) => options[name] !== undefined)
  if (odd === undefined) return
  throw new UnrolledError(
    'usage',
    `--${odd} ${string(options, odd) ?? ''} is of training, and ${path} is trained: leave it away`,
  )
}
