import { reached, type Finding } from './finding.ts'
import { busyText } from './timed.ts'
import type { Task } from './task.ts'

/** A task, and what its last run found, or why there was none. */
export interface Entry {
  readonly task: Task
  readonly finding?: Finding
  readonly missing?: string
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const duration = (seconds: number): string =>
  seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`

const goalText = ({ goal }: Task): string =>
  goal === undefined ? '–' : 'atLeast' in goal ? percent(goal.atLeast) : `at most ${percent(goal.atMost)}`

const head = ['task', 'topology', 'metric', 'ours', 'to be reached', 'baseline', 'published', 'time']

function line({ task, finding, missing }: Entry): string[] {
  const { title, topology, metric, published = '–' } = task
  if (finding === undefined)
    return [title, topology, metric, missing ?? 'not run yet', goalText(task), '–', published, '–']
  const { ours, baseline, seconds } = finding
  const shown = reached(task, ours) ? percent(ours) : `${percent(ours)}, not reached`
  return [title, topology, metric, shown, goalText(task), percent(baseline), published, duration(seconds)]
}

/** The table, as text for a terminal. */
export function tableText(entries: readonly Entry[]): string {
  const rows = [head, ...entries.map(line)]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, c) => cell.padEnd(widths[c]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** docs/tasks.md. */
export function documentText(entries: readonly Entry[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return (
    [
      '# Tasks',
      'What recurrent networks are for, learnt from data that anybody can get, and measured on a part that was never trained on, beside a\n' +
        'simple baseline on the same data. Each is a file of [tasks](../tasks), which shows how it is written. Models are chosen by a validation\n' +
        'part of the training data alone.',
      '`npm run tasks` runs all of them, `npm run tasks -- NAME…` some; what they find is kept in `docs/tasks`, and this page is written from it.',
      [row(head), row(head.map(() => '---')), ...entries.map((entry) => row(line(entry)))].join('\n'),
      ...entries.map(detail),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  )
}

function detail({ task, finding }: Entry): string {
  const { name, title, data, model, metric, baseline, tried } = task
  return [
    `## ${title[0]!.toUpperCase()}${title.slice(1)}`,
    `- task: [${name}](../tasks/${name}.ts)`,
    `- data: ${data}`,
    `- model: ${model}`,
    `- baseline: ${baseline}`,
    ...(finding ? figures(metric, finding) : []),
    ...(tried === undefined ? [] : [`- tried: ${tried}`]),
  ]
    .join('\n')
    .replace('\n', '\n\n')
}

function figures(metric: string, finding: Finding): string[] {
  const { ours, interval, also = {}, trained, seconds, date, machine } = finding
  const bounds = interval ? ` (95 %: ${interval.map(percent).join(' to ')})` : ''
  const others = Object.entries(also).map(([what, share]) => `${what} ${percent(share)}`)
  return [
    `- found: ${[`${metric} ${percent(ours)}${bounds}`, ...others].join('; ')}`,
    `- time: ${duration(seconds)}, of which ${duration(trained.seconds)} training, ${trained.epochs} epochs, ended by ${trained.ended}`,
    `- run: ${date}; ${machine}; ${trained.backend}${busyText(finding)}`,
  ]
}
