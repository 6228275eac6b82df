import { readFileSync, writeFileSync } from 'node:fs'
import { nearest } from 'unrolled'
import { watcher } from '../watch.ts'
import { forecastTasks } from './all.ts'
import { documentText, marker, rowsText } from './document.ts'
import { documentFile, foundForecasts, readForecastFinding, writeForecastFinding } from './findings.ts'

/** Runs all forecasting tasks, or those that are named, shows what they reach and writes it into docs/forecasting.md. */
export async function runForecasting(names: readonly string[]): Promise<void> {
  const known = forecastTasks.map(({ name }) => name)
  for (const name of names.filter((name) => !known.includes(name))) {
    throw new Error(`there is no forecasting task ${name}; did you mean ${nearest(name, known) ?? known.join(', ')}?`)
  }
  for (const task of forecastTasks.filter(({ name }) => names.length === 0 || names.includes(name))) {
    console.log(`${task.name}: ${task.title}`)
    const missing = task.needs?.missing()
    if (missing !== undefined) {
      console.log(`  skipped: ${missing}`)
      continue
    }
    const finding = await foundForecasts(task, { share: 1, watch: watcher(task.name, process.stdout) })
    writeForecastFinding(finding)
    writeForecastDocument()
    console.log(`${rowsText(finding.rows)}\n`)
  }
}

/** docs/forecasting.md again, from what was found. */
export function writeForecastDocument(): void {
  writeFileSync(documentFile, forecastDocument(readFileSync(documentFile, 'utf8')))
}

/** What docs/forecasting.md is to be, of what it is. */
export function forecastDocument(now: string): string {
  const entries = forecastTasks.map((task) => {
    const finding = readForecastFinding(task.name)
    return { task, ...(finding && { finding }) }
  })
  return documentText(now.split(marker)[0]!, entries)
}
