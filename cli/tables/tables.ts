import {
  UnrolledError,
  type ColumnRoles,
  type Labelled,
  type LabelledOptions,
  type Model,
  type Speaking,
  type Table,
} from 'unrolled'
import { number, on, string, type Options } from '../command.ts'
import { given } from '../given.ts'
import type { Material, PreparedRun, Wanted } from '../material.ts'
import { grouped } from '../numbers.ts'
import { askedRoles } from './asked-roles.ts'
import { checkBaseline } from './baseline.ts'
import { conclude, nextCommands } from './conclude.ts'
import { commandFor, guessedRoles } from './guessed-roles.ts'
import { describe } from './describe.ts'
import { heldOut } from './held-out.ts'
import { measuredRows } from './measured-rows.ts'
import { baselineOption, tableModelOptions, tableSplitOptions } from './options.ts'
import { paceOf } from './pace.ts'
import { readRows } from './read-rows.ts'
import { rowInWords, shownValue } from './row-in-words.ts'
import { rolesInWords } from './roles-in-words.ts'
import { isTableFile } from './table-file.ts'
import { askedTask, checkTask, suitingTask, taskOf, tasks, writtenColumn } from './tasks.ts'
import { toldColumns } from './told-columns.ts'
import { columnsToTell, wholeRows } from './whole-rows.ts'

/** Tables, of which a model learns to tell one column from others. */
export const tables: Material = {
  called: 'tables',
  tasks: [...tasks.keys()],
  options: [...tableModelOptions.filter(({ name }) => name !== 'task'), ...tableSplitOptions, baselineOption],
  isMeant: (files, options) =>
    files.some(isTableFile) ||
    (['label', 'target', 'caption', 'text', 'token', 'x'] as const).some((role) => options[role] !== undefined),
  fits: (model) => taskOf(model) !== undefined,
  offer: '[s]how what it does',
  prepare,
  async show(model, { terminal, path }) {
    const { record } = model
    terminal.out(
      `${rolesInWords(model as Speaking<object>)}\n${nextCommands(terminal, model as Speaking<object>, path, record['files'])}`,
    )
  },
  describe,
  async read(model, files, options) {
    const { data, table, leftOut } = await readLike(model as Speaking<object>, files, options)
    return measuredRows(data, table, leftOut)
  },
  async readScored(model, files, options) {
    const { roles } = model as Speaking<object>
    const { data, table, leftOut } = await readLike(model as Speaking<object>, files, options)
    const told = toldColumns(roles)
    return {
      data,
      about: [`how surprising ${told.join(', ')} is, by what is read`, ...leftOut],
      pieces: (found) =>
        found.map((surprise, i) => {
          const row = data.items[i]!.row!
          const is = told.map((name) => shownValue(table.row(row)[name]))
          return { ...surprise, place: table.place(row), text: `${is.join(', ')}: ${rowInWords(table, roles, row)}` }
        }),
    }
  },
}

/** Rows of files as a model reads them. */
async function readLike(like: Speaking<object>, files: readonly string[], options: Options) {
  const task = taskOf(like)!
  const read = await readRows(files, writtenColumn(task, like.roles))
  const { table, leftOut } = wholeRows(read, columnsToTell(like.roles), options)
  return { data: task.read(table, { like }), table, leftOut }
}

async function prepare(files: readonly string[], { asked, options, known }: Wanted): Promise<PreparedRun> {
  const like = known as Speaking<object> | undefined
  const asking = known ? taskOf(known) : askedTask(options)
  const read = await readRows(files, writtenColumn(asking, like?.roles ?? (options as ColumnRoles)))
  const roles = like?.roles ?? guessedRoles(read, askedRoles(read, options), files)
  const { table, leftOut } = wholeRows(read, columnsToTell(roles), options)
  const task = asking ?? suitingTask(roles, table, options)
  const written = writtenColumn(task, roles)
  const label = written === undefined ? roles.label : undefined
  checkLabel(table, label, files)
  const rows = { needed: columnsToTell(roles), written, sequence: roles.sequence, label }
  const split = await heldOut(table, rows, options)
  const data = task.read(split.training, like ? { like } : { ...roles, ...readingOptions(options, roles) }, table)
  const held = split.held && task.read(split.held, { like: data })
  if (!known) checkTask(task, roles, table, options)
  checkBaseline(task, data, options, asked)
  const model = known ?? (await task.make(data, options))
  return {
    model,
    data,
    pace: paceOf(options, data, held),
    record: {},
    about: {
      before: [
        read.description,
        ...leftOut,
        ...split.leftOut,
        `${task.name}: ${rolesInWords(data)}`,
        ...(saidSo(asked, known) ? [] : [otherwise]),
      ],
      size: sizeOf(data, held, split.how),
      after: loneLabels(data),
      events: [
        {
          event: 'data',
          description: read.description,
          leftOut,
          task: task.name,
          roles,
          training: data.count,
          held: held?.count ?? 0,
        },
      ],
    },
    conclude: (showing, until) =>
      conclude({ model, task, data, held, table: split.held, files, asked, options, until }, showing),
  }
}

/** Whether all that could be guessed was said. */
const saidSo = (asked: Options, known: Model | undefined): boolean =>
  known !== undefined ||
  ((asked['label'] ?? asked['target'] ?? asked['caption']) !== undefined &&
    (asked['text'] ?? asked['token'] ?? asked['x']) !== undefined)

const otherwise =
  '  guessed from the columns; --label, --target or --caption, --text, --token or --x, --sequence and --task say otherwise'

/** How the chosen columns are read. No text that comes later is sure to have no new sign; what is rare stands for that. */
function readingOptions(options: Options, { text, caption }: ColumnRoles): Partial<LabelledOptions> {
  const texts = (text ?? caption) !== undefined
  return {
    ...(on(options, 'words') && { units: 'words' }),
    ...(on(options, 'characters') && { units: 'characters' }),
    ...given({
      minCount: number(options, 'minCount') ?? (texts ? 2 : undefined),
      longest: number(options, 'longest'),
      steps: number(options, 'cut'),
    }),
    ignoreUnknown: ignoring(string(options, 'unknown') ?? (texts ? 'ignore' : 'error')),
  }
}

function ignoring(how: string): boolean {
  if (how === 'ignore' || how === 'error') return how === 'ignore'
  throw new UnrolledError('usage', `--unknown ${how}: it is error or ignore`)
}

/** Says of values that hardly ever come back that they are no labels. */
function checkLabel(table: Table, label: string | undefined, files: readonly string[]): void {
  if (label === undefined) return
  const { values, type } = table.column(label)
  const different = new Set<unknown>(values as readonly unknown[]).size
  if (different <= 20 || 2 * different <= values.length) return
  const advice =
    type === 'number' ? `; numbers to be told are\n  ${commandFor(files, { target: label })}` : '; a label comes back'
  throw new UnrolledError(
    'usage',
    `--label ${label}: ${grouped(different)} different values in ${grouped(values.length)} rows are no labels${advice}`,
  )
}

function sizeOf(data: Labelled, held: Labelled | undefined, how: string): string {
  const { count, longest, steps, roles } = data
  const what = roles.sequence === undefined ? 'rows' : 'sequences'
  const long = longest === 1 ? '' : ` of ${grouped(steps / count)} steps each, ${grouped(longest)} at most`
  const rest = held ? `, ${grouped(held.count)} held out (${how})` : ', none held out'
  return `${grouped(count)} ${what}${long}${rest}`
}

/** Names labels of which there is one example, so that nothing tells how well they are told. */
function loneLabels({ labels, items }: Labelled): string[] {
  if (!labels) return []
  const counts = labels.names.map(() => 0)
  for (const { target } of items) for (const label of target as Float32Array) counts[label]!++
  const lone = labels.names.filter((_, i) => counts[i] === 1)
  if (lone.length === 0) return []
  const named = `${lone.slice(0, 8).join(', ')}${lone.length > 8 ? ', …' : ''}`
  return [
    `${grouped(lone.length)} of ${labels.names.length} labels ${lone.length === 1 ? 'has' : 'have'} one example to learn from: ${named}`,
  ]
}
