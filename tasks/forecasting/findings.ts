import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Effort } from '../task.ts'
import { timed, type Timed } from '../timed.ts'
import type { ForecastTask, Row } from './task.ts'

/** What the last run of a task found, as it is kept in docs/tasks/forecasting. */
export interface ForecastFinding extends Timed {
  readonly task: string
  readonly rows: readonly Row[]
}

const docs = join(import.meta.dirname, '../../docs')
const fileOf = (name: string): string => join(docs, 'tasks/forecasting', `${name}.json`)

export const documentFile = join(docs, 'forecasting.md')

export const readForecastFinding = (name: string): ForecastFinding | undefined =>
  existsSync(fileOf(name)) ? (JSON.parse(readFileSync(fileOf(name), 'utf8')) as ForecastFinding) : undefined

/** Runs a task and takes its time. */
export async function foundForecasts(
  task: ForecastTask,
  effort: Pick<Effort, 'share' | 'watch'>,
): Promise<ForecastFinding> {
  const { result: rows, ...run } = await timed(() => task.run(effort))
  return { task: task.name, ...run, rows }
}

export function writeForecastFinding(finding: ForecastFinding): void {
  mkdirSync(join(docs, 'tasks/forecasting'), { recursive: true })
  writeFileSync(fileOf(finding.task), `${JSON.stringify(finding, undefined, 2)}\n`)
}
