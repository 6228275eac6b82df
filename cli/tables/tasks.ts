import { UnrolledError, type ColumnRoles, type Model, type Table } from 'unrolled'
import { kebab, string, type Options } from '../command.ts'
import type { Task } from './task.ts'
import { classifierTask } from './tasks/classifier.ts'
import { feedforwardTask } from './tasks/feedforward.ts'
import { regressorTask } from './tasks/regressor.ts'
import { taggerTask } from './tasks/tagger.ts'

/** Kinds of models for tables, in the order in which they are thought of. */
const all: readonly Task[] = [taggerTask, feedforwardTask, classifierTask, regressorTask]

export const tasks: ReadonlyMap<string, Task> = new Map(all.map((task) => [task.name, task]))

/** The task whose models are of this one's kind. */
export const taskOf = (model: Model): Task | undefined => tasks.get(model.kind)

/** The task that is asked for, or what suits the columns. */
export function taskFor(roles: ColumnRoles, table: Table, options: Options): Task {
  return tasks.get(string(options, 'task') ?? '') ?? suiting(roles, table, options)[0]!
}

const suiting = (roles: ColumnRoles, table: Table, options: Options): Task[] =>
  all.filter((task) => task.suits(roles, table, options))

/** Refuses options that say nothing of a task. */
export function checkTask(task: Task, roles: ColumnRoles, table: Table, options: Options): void {
  const odd = task.without.find((option) => options[option] !== undefined)
  if (odd === undefined) return
  const other = suiting(roles, table, options).find((one) => one !== task && !one.without.includes(odd))
  throw new UnrolledError(
    'usage',
    `a ${task.name} ${task.says}: leave --${kebab(odd)} away${other ? `, or say --task ${other.name}` : ''}`,
  )
}
