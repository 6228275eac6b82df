import { evaluate, train, UnrolledError, type Judged, type Labelled, type Model, type Report } from 'unrolled'
import { shuffleSteps } from 'unrolled/node'
import { trainingOptions } from '../build-run.ts'
import { engineOf, on, string, type Options } from '../command.ts'
import type { Showing } from '../material.ts'
import { ProgressLine } from '../progress.ts'
import type { BesideReport } from './comparison.ts'
import { mostFrequentLabels } from './most-frequent-labels.ts'
import { paceOf } from './pace.ts'
import type { Task } from './task.ts'
import { feedforwardTask } from './tasks/feedforward.ts'

/** What is trained beside a model to be held against it. */
interface Trained {
  /** Why it would say nothing, if it would. */
  idle(task: Task, data: Labelled, asked: Options): string | undefined
  /** What it is trained and measured on. */
  reads(data: Labelled): Labelled
  make(task: Task, data: Labelled, options: Options): Promise<Model>
}

/** What needs no training. */
interface Counted {
  idle: Trained['idle']
  report(data: Labelled, held: Labelled): BesideReport
}

const baselines: Readonly<Record<string, Trained | Counted>> = {
  feedforward: {
    idle: (task, data) =>
      task === feedforwardTask
        ? 'the model is a feedforward itself'
        : answersOnce(data)
          ? undefined
          : 'a feedforward reads a sequence all at once, and does not label its steps; shuffled and frequent do',
    reads: (data) => data,
    make: (_, data, options) => feedforwardTask.make(data, options),
  },
  shuffled: {
    idle: (task, { longest }, asked) =>
      task === feedforwardTask || longest === 1
        ? 'there is no order of steps that the model reads'
        : asked['from'] === undefined
          ? undefined
          : '--from brings a model that has learnt before',
    reads: (data) => shuffleSteps(data),
    make: (task, data, options) => task.make(data, options),
  },
  frequent: {
    idle: (_, { roles }) =>
      roles.token === undefined
        ? 'it says of each word the label that it mostly has; what is read are no words'
        : undefined,
    report: mostFrequentLabels,
  },
}

const answersOnce = ({ targets }: Labelled): boolean => targets !== 'each step'

/** Refuses a baseline that there is not, or that would say nothing, before anything is trained. */
export function checkBaseline(task: Task, data: Labelled, options: Options, asked: Options): void {
  const name = string(options, 'baseline')
  if (name === undefined) return
  if (!Object.hasOwn(baselines, name)) {
    throw new UnrolledError('usage', `there is no baseline ${name}; there are ${Object.keys(baselines).join(' and ')}`)
  }
  const idle = baselines[name]!.idle(task, data, asked)
  if (idle !== undefined) throw new UnrolledError('usage', `--baseline ${name}: ${idle}; leave it away`)
}

interface Beside {
  readonly task: Task
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
): Promise<BesideReport> {
  const baseline = baselines[name]!
  if ('report' in baseline) return baseline.report(data, held)
  const { reads, make } = baseline
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
