/**
 * Runs tasks and shows what they reach: all of them, or those that are named.
 *
 *     npm run tasks -- [NAME…] [--budget MINUTES] [--json FILE]
 *     npm run tasks -- forecasting [NAME…]
 *
 * `--budget`: how long a task may take, 10 minutes; `--json`: where the table goes as JSON lines.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { nearest } from 'unrolled'
import { tasks } from './all.ts'
import { documentText, tableText, type Entry } from './document.ts'
import { found } from './finding.ts'
import { runForecasting } from './forecasting/main.ts'
import { documentFile, readFinding, writeFinding } from './findings.ts'
import type { Task } from './task.ts'
import { watcher } from './watch.ts'

type Values = { readonly budget: string; readonly json?: string | undefined }

/** What of a task's time is for the training of its model; the rest is for data, baselines and measuring. */
const trainingShare = 0.8

function given(
  positionals: readonly string[],
  values: Values,
): { chosen: readonly Task[]; budget: number; json: string | undefined } {
  const budget = Number(values.budget)
  if (!(budget > 0)) throw new Error(`--budget is ${values.budget}; it must be a number of minutes above 0`)
  const names = tasks.map(({ name }) => name)
  for (const name of positionals.filter((name) => !names.includes(name))) {
    throw new Error(`there is no task ${name}; did you mean ${nearest(name, names) ?? names.join(', ')}?`)
  }
  const chosen = positionals.length === 0 ? tasks : tasks.filter(({ name }) => positionals.includes(name))
  return { chosen, budget, json: values.json }
}

/** Runs one task and keeps what it found. */
async function run(task: Task, budget: number): Promise<Entry> {
  const { name, title, needs } = task
  console.log(`${name}: ${title}`)
  if (needs?.missing() !== undefined) await needs.fetch?.()
  const missing = needs?.missing()
  if (missing !== undefined) {
    console.log(`  skipped: ${missing}`)
    return { task, missing }
  }
  const limits = { minutes: budget * trainingShare }
  const finding = await found(task, { share: 1, limits, watch: watcher(name, process.stdout) })
  writeFinding(finding)
  return { task, finding }
}

function writeDocument(): void {
  const entries = tasks.map((task): Entry => {
    const finding = readFinding(task.name)
    return finding ? { task, finding } : { task }
  })
  writeFileSync(documentFile, documentText(entries))
}

async function runTasks({ chosen, budget, json }: ReturnType<typeof given>): Promise<void> {
  const entries: Entry[] = []
  for (const task of chosen) {
    entries.push(await run(task, budget))
    writeDocument()
  }
  console.log(`\n${tableText(entries)}`)
  if (json !== undefined) {
    const lines = entries.map(({ task, ...what }) => JSON.stringify({ ...what, task: task.name }))
    writeFileSync(json, `${lines.join('\n')}\n`)
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { budget: { type: 'string', default: '10' }, json: { type: 'string' } },
  })
  const [first, ...names] = positionals
  if (first === 'forecasting') await runForecasting(names)
  else await runTasks(given(positionals, values))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
