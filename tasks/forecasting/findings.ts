import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { machine } from '../machine.ts'
import type { Effort } from '../task.ts'
import type { ForecastTask, Row } from './task.ts'

/** What the last run of a task found, as it is kept in docs/tasks/forecasting. */
export interface ForecastFinding {
  readonly task: string
  readonly date: string
  readonly machine: string
  /** Processes that wanted to run in the minute before; of other work where it is above 0. */
  readonly load: number
  readonly seconds: number
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
  const load = Math.round(loadavg()[0]! * 10) / 10
  const start = performance.now()
  const rows = await task.run(effort)
  return {
    task: task.name,
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    load,
    seconds: Math.round((performance.now() - start) / 1000),
    rows,
  }
}

export function writeForecastFinding(finding: ForecastFinding): void {
  mkdirSync(join(docs, 'tasks/forecasting'), { recursive: true })
  writeFileSync(fileOf(finding.task), `${JSON.stringify(finding, undefined, 2)}\n`)
}
