import { forecastByRule, UnrolledError, type BacktestReport, type Series } from 'unrolled'
import { saveModel } from 'unrolled/node'
import { on, string, type Given, type Options } from '../command.ts'
import { interruptible } from '../interruptible.ts'
import { fitting, saying } from '../live-line.ts'
import { nextText } from '../next-commands.ts'
import { checkWritable, runFiles } from '../run-files.ts'
import { shellWord } from '../shell-word.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'
import { answerOf } from './answer.ts'
import { assumptions } from './assumptions.ts'
import { backtestEvent } from './backtest-event.ts'
import { betterChances } from './chances.ts'
import { judge } from './learn.ts'
import { explained } from './explained.ts'
import { learnBest, untrainedOf, type Course, type Untrained } from './learn-best.ts'
import { planFor, usualHorizon, type NoRoom, type Plan } from './plan.ts'
import { readAlone, rowsIn } from './read-history.ts'
import { askedFor, checkPictures, tell } from './told.ts'
import { untilOf, type Limits } from './train-for.ts'
import { horizonOf } from './way-options.ts'
import { waysFor } from './ways.ts'

/** What is asked, and of what. */
interface Question {
  readonly terminal: Terminal
  readonly options: Options
  readonly files: readonly string[]
  readonly series: Series
  readonly asked: Series['channels']
  /** For people; for machines. Each says nothing to the other. */
  readonly say: (text: string) => void
  readonly event: (event: object) => void
}

/** Forecasts series of which nothing is known: trains, calibrates and tests a model for them, and says all that was assumed. */
export async function strange(
  files: readonly string[],
  { terminal, options }: Pick<Given, 'terminal' | 'options'>,
): Promise<ExitCode> {
  const [json, csv] = [on(options, 'json'), on(options, 'csv')]
  const told = horizonOf(options)
  const reading = rowsIn(files, { terminal, options }).then((rows) => readAlone(rows, options))
  const series = json || csv ? await reading : await saying(terminal, 'reading …', reading)
  const asked = askedFor(series.channels, options)
  checkPictures(asked, options)
  const say = (text: string): void => (json || csv ? undefined : terminal.out(`${text}\n`))
  const event = (event: object): void => (json ? terminal.out(`${JSON.stringify(event)}\n`) : undefined)
  const question = { terminal, options, files, series, asked, say, event }
  const horizon = told ?? usualHorizon(series)
  const plan = planFor(series, horizon)
  // Errors come before anything is said.
  const untrained =
    'why' in plan ? checkRule(plan, options) : untrainedOf(series, plan, waysFor(series, plan, options), options)
  say(`${series.name}\n${series.found.map((one) => `  ${one}`).join('\n')}\n`)
  event({ event: 'series', name: series.name, found: series.found })
  return 'why' in plan ? byRule(question, plan, horizon) : byModel(question, plan, untrained!, untilOf(options))
}

/** Refuses what a rule cannot do, and a horizon that leaves no room for a model where a shorter one would. */
function checkRule({ why, longest }: NoRoom, options: Options): undefined {
  if (options['horizon'] !== undefined && longest !== undefined) {
    throw new UnrolledError('data', `${why}; --horizon ${longest} is the longest that there is room for`)
  }
  if (options['out'] === undefined) return undefined
  throw new UnrolledError(
    'data',
    `${why}; so there is no model to keep, but unrolled forecast, where --out is left away, tells what a rule says`,
  )
}

/** Where there are too few steps for a model, what a simple rule says. */
async function byRule(
  { terminal, options, series, asked, say, event }: Question,
  { why }: NoRoom,
  horizon: number,
): Promise<ExitCode> {
  const enough = asked.every(({ steps }) => series.season > 1 && steps >= series.season)
  const rule = enough ? 'seasonal naive' : 'naive'
  const reason = `${why}. So there is no model; this is what ${rule} says, and it was not tested`
  say(`${reason}:\n`)
  event({ event: 'plan', rule, why: reason })
  if (on(options, 'csv')) terminal.err(`${reason}\n`)
  const some = series.of(asked.map(({ name }) => name))
  await tell(terminal, await forecastByRule(rule, some, { horizon }), options, { by: rule })
  return exitCodes.done
}

async function byModel(
  question: Question,
  plan: Plan,
  untrained: readonly Untrained[],
  until: Limits,
): Promise<ExitCode> {
  const { terminal, options, series, event } = question
  const out = string(options, 'out')
  const files = out === undefined ? undefined : runFiles([], options)
  const undo = files && (await checkWritable(files))
  try {
    event({ event: 'plan', ...plan })
    const course = await learnBest(untrained, until, question)
    if (typeof course === 'number') return course
    const [{ model, parts }] = course
    return await interruptible(terminal, async (signal, line) => {
      line.show(() => fitting(terminal, 'calibrating and testing …'))
      const report = await judge(model, series, parts, plan, { signal, options })
      line.clear()
      question.say(`\n${report.table()}\n`)
      event(backtestEvent(report))
      if (files) {
        model.record = { ...model.record, files: [...question.files] }
        await saveModel(model, files.model)
      }
      await answer({ plan, course, report, path: files?.model }, question)
      if (files) next(files.model, question)
      return exitCodes.done
    })
  } finally {
    await undo?.()
  }
}

/** How a model came about. */
interface Making {
  readonly plan: Plan
  readonly course: Course
  readonly report: BacktestReport
  /** The file that keeps the model. */
  readonly path: string | undefined
}

/** The forecast to use first, then what else was said, and all that was assumed. */
async function answer({ plan, course, report, path }: Making, question: Question): Promise<void> {
  const [{ model }] = course
  const { terminal, options, series, asked, say, event } = question
  const { forecasts, instead } = await answerOf(model, series, asked, options)
  const used = instead ?? { rule: 'model', forecasts }
  const lost = `The model lost against ${used.rule}, so this is what ${used.rule} says; use it`
  if (instead) {
    const chances = betterChances(report, instead.rule)
    if (chances !== undefined) say(`${chances}.\n`)
    say(`${lost}:\n`)
    if (on(options, 'csv')) terminal.err(`${lost}\n`)
  }
  await tell(terminal, used.forecasts, options, { by: used.rule })
  if (instead && !on(options, 'csv')) {
    say(`\nWhat the model says:\n`)
    const { svg: _, png: __, ...printing } = options
    await tell(terminal, forecasts, printing, { by: 'model' })
  }
  if (on(options, 'explain')) await explained(terminal, model, series, asked, options)
  const assumed = assumptions(series, plan, course, options)
  say(`\nAssumed\n${assumed.map((line) => `  ${line}`).join('\n')}`)
  event({ event: 'done', used: used.rule, verdict: model.verdict, assumed, ...(path !== undefined && { model: path }) })
}

function next(path: string, { terminal, files, say }: Question): void {
  const [file, histories] = [shellWord(path), files.map(shellWord).join(' ')]
  say(`\nThe model is in ${path}`)
  say(nextText(terminal, [`forecast ${file} ${histories}`, `backtest ${file} ${histories}`]).trimEnd())
}
