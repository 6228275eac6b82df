import { evaluate, train, UnrolledError, type Judged, type Labelled, type Model, type Report } from 'unrolled'
import { shuffleSteps } from 'unrolled/node'
import { trainingOptions } from '../build-run.ts'
import { engineOf, on, string, type Options } from '../command.ts'
import type { Showing } from '../material.ts'
import { ProgressLine } from '../progress.ts'
import { paceOf } from './pace.ts'
import { tasks } from './tasks.ts'

/** What is trained beside a model to be held against it. */
interface Baseline {
  /** Why it would say nothing, if it would. */
  idle(task: string, data: Labelled, asked: Options): string | undefined
  /** What it is trained and measured on. */
  reads(data: Labelled): Labelled
  make(task: string, data: Labelled, options: Options): Promise<Model>
}

const baselines: Readonly<Record<string, Baseline>> = {
  feedforward: {
    idle: (task) => (task === 'feedforward' ? 'the model is a feedforward itself' : undefined),
    reads: (data) => data,
    make: (_, data, options) => tasks['feedforward']!.make(data, options),
  },
  shuffled: {
    idle: (task, { longest }, asked) =>
      task === 'feedforward' || longest === 1
        ? 'there is no order of steps that the model reads'
        : asked['from'] === undefined
          ? undefined
          : '--from brings a model that has learnt before',
    reads: (data) => shuffleSteps(data),
    make: (task, data, options) => tasks[task]!.make(data, options),
  },
}

/** Refuses a baseline that there is not, or that would say nothing, before anything is trained. */
export function checkBaseline(task: string, data: Labelled, options: Options, asked: Options): void {
  const name = string(options, 'baseline')
  if (name === undefined) return
  if (!Object.hasOwn(baselines, name)) {
    throw new UnrolledError('usage', `there is no baseline ${name}; there are ${Object.keys(baselines).join(' and ')}`)
  }
  const idle = baselines[name]!.idle(task, data, asked)
  if (idle !== undefined) throw new UnrolledError('usage', `--baseline ${name}: ${idle}; leave it away`)
}

interface Beside {
  readonly task: string
  readonly data: Labelled
  readonly held: Labelled
  readonly options: Options
  readonly until: object
}

/** Trains a baseline as the model was trained, and measures it on the same rows. */
export async function baselineReport(
  name: string,
  { task, data, held, options, until }: Beside,
  { terminal, signal }: Showing,
): Promise<Report> {
  const { reads, make } = baselines[name]!
  const [training, measuring] = [reads(data), reads(held)]
  const model = await make(task, training, options)
  const { profile: _, ...how } = trainingOptions(
    { ...options, frozen: undefined, rates: undefined },
    paceOf(options, training, measuring),
  )
  const json = on(options, 'json')
  if (!json) terminal.out(`\nbaseline: ${name}\n`)
  const line = new ProgressLine(terminal, training.units)
  try {
    for await (const event of train(model, training, { ...how, ...until, signal })) {
      if (json) terminal.out(`${JSON.stringify({ ...event, of: name })}\n`)
      else line.show(event)
    }
  } finally {
    line.clear()
  }
  return evaluate(model as Judged<Report>, measuring, { signal, ...engineOf(options) })
}
