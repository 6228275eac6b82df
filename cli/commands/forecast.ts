import { UnrolledError } from 'unrolled'
import { engineOptions, string, type Command, type Given, type Options } from '../command.ts'
import { forecastBy } from '../forecasts/by-model.ts'
import { forecasterIn } from '../forecasts/forecaster-in.ts'
import { seriesOptions } from '../forecasts/series-options.ts'
import { strange } from '../forecasts/strange.ts'
import { checkTelling, tellingOptions } from '../forecasts/told.ts'
import { horizonOption, wayOptions } from '../forecasts/way-options.ts'
import { modelFile } from '../model-file.ts'
import { ending } from '../run-files.ts'
import type { ExitCode } from '../terminal.ts'

/** Options of training. */
const learningOptions = [...wayOptions.map(({ name }) => name), 'minutes', 'steps', 'out', 'seed']

export const forecastCommand: Command = {
  name: 'forecast',
  says: 'say what comes next in series over time: by a model, or by one that is trained and tested for it',
  takes: ['<model|history>', '[history...]'],
  options: [
    horizonOption,
    ...tellingOptions,
    { name: 'explain', type: 'switch', says: 'tell which parts of the past each comes from' },
    ...seriesOptions,
    ...wayOptions,
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
  const [first, ...rest] = takes
  const path = modelFile(first!)
  if (!path.endsWith(ending)) return strange(takes, { terminal, options })
  const model = await forecasterIn(path, 'forecast')
  checkTrained(path, options)
  return forecastBy(model, path, rest, { terminal, options })
}

/** Refuses what is said of training to a model that is trained. */
function checkTrained(path: string, options: Options): void {
  const odd = learningOptions.find((name) => options[name] !== undefined)
  if (odd === undefined) return
  throw new UnrolledError(
    'usage',
    `--${odd} ${string(options, odd) ?? ''} is of training, and ${path} is trained: leave it away`,
  )
}
