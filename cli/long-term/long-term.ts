import { writeFile } from 'node:fs/promises'
import { nearest, UnrolledError, type Cell } from 'unrolled'
import { cellOf } from '../cells.ts'
import { engineOf, number, on, string, whole, type OptionRule, type Options } from '../command.ts'
import type { Experiment } from '../experiment.ts'
import { fitting, LiveLine } from '../live-line.ts'
import { duration } from '../numbers.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'
import { drawing } from './drawing.ts'
import { measureLongTerm, type LongTermEffort, type LongTermResult } from './measure.ts'
import { breaksAt, reportLines } from './report.ts'
import type { LongTermTask } from './task.ts'
import { longTermTasks } from './tasks.ts'

const usual = { cells: 'rnn,lstm,gru', distances: '10,20,40,80', hidden: 32, steps: 1500, lr: 0.01, seed: 1 }
const names = longTermTasks.map(({ name }) => name)

const options: readonly OptionRule[] = [
  { name: 'tasks', value: '<names>', type: 'text', says: `some of ${names.join(',')} (all)` },
  { name: 'cells', value: '<names|files>', type: 'text', says: `cells, or .cell files (${usual.cells})` },
  {
    name: 'distances',
    value: '<steps>',
    type: 'text',
    says: `steps from what must be remembered to where it is asked for (${usual.distances})`,
  },
  { name: 'hidden', value: '<n>', type: 'number', says: `width of the states (${usual.hidden})` },
  { name: 'steps', value: '<n>', type: 'number', says: `updates of each network at most (${usual.steps})` },
  { name: 'lr', value: '<rate>', type: 'number', says: `learning rate of Adam (${usual.lr})` },
  { name: 'minutes', value: '<n>', type: 'number', says: 'end after that time, with what was measured by then' },
  { name: 'seed', value: '<n>', type: 'number', says: `seed of data and first values (${usual.seed})` },
  { name: 'svg', value: '<file>', type: 'text', says: 'draw the accuracy by distance into a file' },
]

/** Which cells remember how long, on tasks where only what was seen long before tells the answer. */
export const longTerm: Experiment = {
  name: 'long-term',
  says: 'which cells remember how long, beside how far back their gradient is felt',
  options,
  examples: [
    'unrolled experiment long-term',
    'unrolled experiment long-term --tasks sentences,copy --cells lstm,gru,min-gru --distances 20,50,100 --steps 3000',
    'unrolled experiment long-term --cells gru,my.cell --json',
  ],
  run,
}

/** One place of the grid. */
interface Trial {
  readonly task: LongTermTask
  readonly cell: Cell
  readonly distance: number
}

/** Everything that is to be tried, short distances first: where the grid ends early, what was measured can be compared. */
async function gridOf(asked: Options): Promise<readonly Trial[]> {
  const tasks = listed(asked, 'tasks', names.join(',')).map(taskCalled)
  const cells = await Promise.all(listed(asked, 'cells', usual.cells).map(cellOf))
  const distances = listed(asked, 'distances', usual.distances).map((text) => {
    if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 100_000) return Number(text)
    throw new UnrolledError('usage', `--distances ${text}: a distance is a whole number of steps from 1`)
  })
  const grid = distances
    .sort((a, b) => a - b)
    .flatMap((distance) => tasks.flatMap((task) => cells.map((cell) => ({ task, cell, distance }))))
    .filter(({ task, distance }) => distance >= task.shortest)
  if (grid.length > 0) return grid
  const least = tasks.map(({ name, shortest }) => `${name} ${shortest}`).join(', ')
  throw new UnrolledError('usage', `--distances ${distances.join()}: the least that make sense are: ${least}`)
}

function listed(options: Options, name: string, usual: string): string[] {
  const all = (string(options, name) ?? usual).split(',').map((part) => part.trim())
  return [...new Set(all)]
}

function taskCalled(name: string): LongTermTask {
  const found = longTermTasks.find((task) => task.name === name)
  if (found) return found
  const close = nearest(name, names)
  throw new UnrolledError(
    'usage',
    `--tasks ${name}: there is no such task; ${close === undefined ? `there are ${names.join(', ')}` : `did you mean ${close}?`}`,
  )
}

async function run(terminal: Terminal, asked: Options): Promise<ExitCode> {
  const effort = {
    hidden: whole(asked, 'hidden', usual.hidden),
    steps: whole(asked, 'steps', usual.steps),
    seed: whole(asked, 'seed', usual.seed, 0),
    lr: number(asked, 'lr') ?? usual.lr,
    engine: engineOf(asked),
  }
  const grid = await gridOf(asked)
  const minutes = number(asked, 'minutes') ?? Infinity
  if (!(minutes > 0)) throw new UnrolledError('usage', `--minutes is ${minutes}; it must be above 0`)
  const json = on(asked, 'json')
  const stop = new AbortController()
  let code: ExitCode = exitCodes.done
  const release = terminal.onInterrupt((why) => {
    code = why
    stop.abort()
  })
  const timer = minutes < Infinity ? setTimeout(() => stop.abort(), 60_000 * minutes) : undefined
  try {
    const results = await measured(terminal, grid, { ...effort, signal: stop.signal }, json)
    if (results.length > 0) await tell(terminal, results, grid.length - results.length, { ...asked, json })
    return code
  } finally {
    clearTimeout(timer)
    release()
  }
}

/** Goes through the grid, or as far as there is time. */
async function measured(
  terminal: Terminal,
  grid: readonly Trial[],
  effort: LongTermEffort & { readonly signal: AbortSignal },
  json: boolean,
): Promise<LongTermResult[]> {
  const results: LongTermResult[] = []
  const line = new LiveLine(terminal, terminal.err)
  const began = performance.now()
  try {
    for (const [i, { task, cell, distance }] of grid.entries()) {
      const progress = (share: number): void => {
        if (json) return
        const left = i === 0 ? '' : `  about ${duration(((performance.now() - began) / i) * (grid.length - i))} left`
        line.show(() =>
          fitting(
            terminal,
            `${i + 1} of ${grid.length}  ${task.name} at ${distance}: ${cell.name} ${Math.floor(100 * share)} %${left}`,
          ),
        )
      }
      const result = await measureLongTerm(task, cell, distance, { ...effort, progress })
      results.push(result)
      if (json) terminal.out(`${JSON.stringify({ event: 'measured', ...result })}\n`)
    }
  } catch (error) {
    if (!effort.signal.aborted) throw error
  } finally {
    line.clear()
  }
  return results
}

/** Says what came of it. */
async function tell(
  terminal: Terminal,
  results: readonly LongTermResult[],
  left: number,
  asked: Options,
): Promise<void> {
  const svg = string(asked, 'svg')
  if (svg !== undefined) {
    await writeFile(svg, drawing(results)).catch((cause: Error) => {
      throw new UnrolledError('write', `cannot write ${svg}: ${cause.message}`, { cause })
    })
  }
  if (on(asked, 'json')) {
    terminal.out(`${JSON.stringify({ event: 'done', measured: results.length, left, breaks: breaksAt(results) })}\n`)
    return
  }
  for (const line of reportLines(results, terminal)) terminal.out(`${line}\n`)
  if (left > 0) terminal.out(`\n${left} of ${results.length + left} were not measured any more\n`)
}
