import { summary, UnrolledError, type DoneEvent, type Forecaster, type TrainingEvent } from 'unrolled'
import { number, on, whole, type Options } from '../command.ts'
import { duration, grouped } from '../numbers.ts'
import { fitting, LiveLine } from '../live-line.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'
import type { Until } from '../run-files.ts'
import { learn, type Parts } from './learn.ts'

const usualMinutes = 2

/** What ends training: some minutes, and whatever else. */
export type Limits = Until & { readonly minutes: number }

/** What ends training, beside that validation gets no better. */
export function untilOf(options: Options): Limits {
  const minutes = number(options, 'minutes') ?? usualMinutes
  if (!(minutes > 0)) throw new UnrolledError('usage', `--minutes is ${minutes}; it must be above 0`)
  return { minutes, ...(options['steps'] !== undefined && { steps: whole(options, 'steps', 1) }) }
}

/**
 * Trains until validation gets no better, for some minutes at most, and shows how far it is. Ctrl-C ends it with what there is; what else ends work early gives the code
 * that says so.
 */
export async function trainFor(
  model: Forecaster,
  parts: Parts,
  until: Limits,
  {
    terminal,
    options,
    say,
    event,
  }: {
    readonly terminal: Terminal
    readonly options: Options
    say(text: string): void
    event(event: object): void
  },
): Promise<DoneEvent | ExitCode> {
  const stop = new AbortController()
  let why: ExitCode = exitCodes.interrupted
  const release = terminal.onInterrupt((code) => {
    // Only who presses Ctrl-C once more wants nothing at all.
    if (stop.signal.aborted) return terminal.leave(code)
    why = code
    stop.abort()
  })
  const quiet = on(options, 'json') || on(options, 'csv')
  const line = new LiveLine(terminal, terminal.err, performance.now())
  say(
    `training a model of ${grouped(summary(model).parameters)} parameters for ${duration(60_000 * until.minutes)} at most; Ctrl-C takes what there is then`,
  )
  let best = Infinity
  const show = (happened: TrainingEvent): void => {
    event(happened)
    if (happened.event === 'validation') best = Math.min(best, happened.validationLoss)
    if (happened.event !== 'step' || quiet) return
    const left = happened.timeLeftMs === undefined ? '' : `  ${duration(happened.timeLeftMs)} left at most`
    const validation = best === Infinity ? '' : `  best validation ${best.toFixed(4)}`
    line.show(() =>
      fitting(terminal, `epoch ${happened.epoch.toFixed(1)}  loss ${happened.loss.toFixed(4)}${validation}${left}`),
    )
  }
  try {
    const done = await learn(model, parts, options, until, { signal: stop.signal, show })
    return done.reason === 'aborted' && why !== exitCodes.interrupted ? why : done
  } finally {
    line.clear()
    release()
  }
}
