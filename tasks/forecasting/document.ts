import { busyText } from '../timed.ts'
import type { ForecastFinding } from './findings.ts'
import type { ForecastTask, Row } from './task.ts'

/** A task, and what its last run found. */
export interface ForecastEntry {
  readonly task: ForecastTask
  readonly finding?: ForecastFinding
}

const number = (value: number): string => value.toFixed(value < 10 ? 3 : 1)
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** Whether a figure is what it was to be. */
export const reachedGoal = ({ ours, goal }: Row): boolean => goal === undefined || ours <= goal

/** The table of a task. */
export function rowsText(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap(({ beside }) => Object.keys(beside)))]
  const covered = rows.some(({ coverage }) => coverage !== undefined)
  const head = ['', 'ours', 'to be at most', ...names, ...(covered ? ['within 80 %'] : []), 'time']
  const line = (row: Row): string[] => [
    row.what,
    reachedGoal(row) ? number(row.ours) : `${number(row.ours)}, not reached`,
    row.goal === undefined ? '–' : number(row.goal),
    ...names.map((name) => (row.beside[name] === undefined ? '–' : number(row.beside[name]))),
    ...(covered ? [row.coverage === undefined ? '–' : percent(row.coverage)] : []),
    `${row.seconds.toFixed(row.seconds < 10 ? 2 : 0)} s`,
  ]
  return [head, head.map(() => '---'), ...rows.map(line)].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** docs/forecasting.md, behind what is written by hand. */
export function documentText(before: string, entries: readonly ForecastEntry[]): string {
  const parts = entries.map(({ task, finding }) => {
    const { title, data, setting, note } = task
    return [
      `### ${title[0]!.toUpperCase()}${title.slice(1)}`,
      `${data}. ${setting[0]!.toUpperCase()}${setting.slice(1)}.`,
      finding ? rowsText(finding.rows) : 'Not run yet.',
      ...(finding ? [`Run ${finding.date}; ${finding.machine}${busyText(finding)}.`] : []),
      ...(note === undefined ? [] : [note]),
    ].join('\n\n')
  })
  return `${[before.trimEnd(), marker, ...parts].join('\n\n')}\n`
}

/** What is behind this line is written by `npm run tasks -- forecasting`. */
export const marker = '## What forecasts reach'
