import { UnrolledError, type ColumnRoles, type Model, type Table } from 'unrolled'
import { kebab, string, type Options } from '../command.ts'
import type { Task } from './task.ts'
import { captionerTask } from './tasks/captioner.ts'
import { classifierTask } from './tasks/classifier.ts'
import { feedforwardTask } from './tasks/feedforward.ts'
import { regressorTask } from './tasks/regressor.ts'
import { taggerTask } from './tasks/tagger.ts'
import { transcriberTask } from './tasks/transcriber.ts'

/** Kinds of models for tables, in the order in which they are thought of. */
const all: readonly Task[] = [
  taggerTask,
  captionerTask,
  feedforwardTask,
  classifierTask,
  regressorTask,
  transcriberTask,
]

export const tasks: ReadonlyMap<string, Task> = new Map(all.map((task) => [task.name, task]))

/** The task whose models are of this one's kind. */
export const taskOf = ({ kind }: Model): Task | undefined =>
  all.find(({ name, kinds }) => name === kind || kinds?.includes(kind))

/**
 * The task that is asked for.
 * @throws UnrolledError `usage` where it does not say which column of texts is written.
 */
export function askedTask(options: Options): Task | undefined {
  const task = tasks.get(string(options, 'task') ?? '')
  if (task?.writes === undefined || options[task.writes] !== undefined) return task
  const [column = 'said'] = (options['target'] ?? []) as readonly string[]
  throw new UnrolledError(
    'usage',
    `a ${task.name} ${task.says}: say in which column that stands, --${task.writes} ${column}`,
  )
}

/** Columns whose cells are text, be they all digits: what is read as such, what is written, and labels, which may be several. */
export const textColumns = (task: Task | undefined, roles: ColumnRoles): string[] =>
  [...readAsText(roles), roles.caption, task?.writes && roles[task.writes], roles.labels].filter(
    (name) => name !== undefined,
  )

/** Those of them that are read. */
export const readAsText = ({ text, token }: ColumnRoles): string[] => [text, token].filter((name) => name !== undefined)

/** What suits the columns. */
export const suitingTask = (roles: ColumnRoles, table: Table, options: Options): Task =>
  suiting(roles, table, options)[0]!

const suiting = (roles: ColumnRoles, table: Table, options: Options): Task[] =>
  all.filter((task) => task.suits(roles, table, options))

/** Refuses options that say nothing of a task. */
export function checkTask(task: Task, roles: ColumnRoles, table: Table, options: Options): void {
  const oddFor = ({ without }: Task): string | undefined => without.find((option) => options[option] !== undefined)
  const odd = oddFor(task)
  if (odd === undefined) return
  const other = suiting(roles, table, options).find((one) => oddFor(one) === undefined)
  throw new UnrolledError(
    'usage',
    `a ${task.name} ${task.says}: leave --${kebab(odd)} away${other ? `, or say --task ${other.name}` : ''}`,
  )
}
