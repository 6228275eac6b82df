import {
  calibrate,
  evaluate,
  isCalibrated,
  type Judged,
  type Labelled,
  type Model,
  type Report,
  type Speaking,
  type Table,
} from 'unrolled'
import { saveModel } from 'unrolled/node'
import { engineOf, on, string, type Options } from '../command.ts'
import type { Showing } from '../material.ts'
import { nextText } from '../next-commands.ts'
import { laterMinutes } from '../run-files.ts'
import { shellWord } from '../shell-word.ts'
import type { Terminal } from '../terminal.ts'
import { baselineReport } from './baseline.ts'
import { comparison } from './comparison.ts'
import { reportEvent, reportLines } from './measured-rows.ts'
import type { Task } from './task.ts'

/** A run that came to its end. */
export interface Ended {
  readonly model: Model
  readonly task: Task
  readonly data: Labelled
  readonly held: Labelled | undefined
  /** Whose rows are held out. */
  readonly table: Table | undefined
  readonly files: readonly string[]
  readonly asked: Options
  readonly options: Options
  readonly until: object
}

/** Calibrates a model on what was held out, reports how well it does there, and says what can be done next. */
export async function conclude(ended: Ended, showing: Showing): Promise<void> {
  const { model, held, table, options } = ended
  const { terminal, path, signal } = showing
  const json = on(options, 'json')
  if (held && table) {
    const engine = { signal, ...engineOf(options) }
    if (isCalibrated(model)) {
      await calibrate(model, held, engine)
      await saveModel(model, path)
    }
    const report = await evaluate(model as Judged<Report>, held, engine)
    if (json)
      terminal.out(`${JSON.stringify({ event: 'report', of: model.kind, ...reportEvent(report, held, table) })}\n`)
    else {
      terminal.out(
        `\non what was held out, by which training was ended${isCalibrated(model) ? ' and probabilities were calibrated' : ''}\n`,
      )
      terminal.out(`${reportLines(report, held, table, terminal).join('\n')}\n`)
    }
    const baseline = string(options, 'baseline')
    if (baseline !== undefined) {
      const other = await baselineReport(baseline, { ...ended, held }, showing)
      if (json)
        terminal.out(`${JSON.stringify({ event: 'report', of: baseline, ...reportEvent(other, held, table) })}\n`)
      else terminal.out(`\n${comparison({ [model.kind]: report, [baseline]: other })}\n`)
    }
  }
  if (!json) terminal.out(nextCommands(terminal, model as Speaking<object>, path, ended.files))
}

/** What can be done with a trained model, as commands. */
export function nextCommands(terminal: Terminal, model: Speaking<object>, path: string, files: unknown): string {
  const file = shellWord(path)
  const [first = 'rows.csv'] = Array.isArray(files) ? (files as string[]) : []
  const next = [
    (model.roles.text ?? model.roles.token) === undefined
      ? `predict ${file} ${shellWord(first)}`
      : `predict ${file} --text 'some text'`,
    `evaluate ${file} ${shellWord(first)}`,
    `train --resume --out ${file} --minutes ${laterMinutes(model)}`,
  ]
  return `\n${nextText(terminal, next)}`
}
