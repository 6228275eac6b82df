import { UnrolledError, type Forecaster } from 'unrolled'
import { on, type Given } from '../command.ts'
import { saying } from '../live-line.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'
import { answerOf } from './answer.ts'
import { explained } from './explained.ts'
import { historyFor } from './read-history.ts'
import { askedFor, checkPictures, checkTelling, tell } from './told.ts'

/** Says what comes behind the last step of a history: by a model, and where that lost in its test, by the rule that did better too. */
export async function forecastBy(
  model: Forecaster,
  path: string,
  histories: readonly string[],
  { terminal, options }: Pick<Given, 'terminal' | 'options'>,
): Promise<ExitCode> {
  checkTelling(options)
  if (histories.length === 0) {
    throw new UnrolledError(
      'usage',
      `name the history that ${path} is to go on with: unrolled forecast ${path} history.csv`,
    )
  }
  const reading = historyFor(model, histories, { terminal, options })
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
