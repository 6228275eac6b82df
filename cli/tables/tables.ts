import { UnrolledError, type ColumnRoles, type Labelled, type Model, type Speaking, type Table } from 'unrolled'
import { type Options } from '../command.ts'
import { given } from '../given.ts'
import type { Material, PreparedRun, Wanted } from '../material.ts'
import { grouped } from '../numbers.ts'
import { askedRoles } from './asked-roles.ts'
import { checkBaseline } from './baseline.ts'
import { conclude, nextCommands } from './conclude.ts'
import { constantColumns } from './constant-columns.ts'
import { fewNames } from './few-names.ts'
import { commandFor, guessedRoles } from './guessed-roles.ts'
import { describe } from './describe.ts'
import { withNames } from './files/with-files.ts'
import { heldOut } from './held-out.ts'
import { measuredRows } from './measured-rows.ts'
import { baselineOption, tableModelOptions, tableSplitOptions } from './options.ts'
import { paceOf } from './pace.ts'
import {
  askedReading,
  checkLooking,
  keptReading,
  readingOptions,
  readLike,
  rowsOf,
  typesIn,
  wholeAndSeen,
} from './reading.ts'
import { readRows } from './read-rows.ts'
import { rowInWords, shownValue } from './row-in-words.ts'
import { rolesInWords } from './roles-in-words.ts'
import { isTableFile } from './table-file.ts'
import { askedTask, checkTask, suitingTask, taskOf, tasks, textColumns } from './tasks.ts'
import { rolesWithElapsed } from './with-elapsed.ts'
import { toldColumns } from './told-columns.ts'

/** Tables, of which a model learns to tell one column from others. */
export const tables: Material = {
  called: 'tables',
  tasks: [...tasks.keys()],
  options: [...tableModelOptions.filter(({ name }) => name !== 'task'), ...tableSplitOptions, baselineOption],
  isMeant: (files, options) =>
    files.some(isTableFile) ||
    (['label', 'labels', 'target', 'caption', 'text', 'token', 'x', 'read'] as const).some(
      (role) => options[role] !== undefined,
    ),
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

async function prepare(files: readonly string[], { asked, options, known, signal }: Wanted): Promise<PreparedRun> {
  const like = known as Speaking<object> | undefined
  const asking = known ? taskOf(known) : askedTask(options)
  const texts = textColumns(asking, like?.roles ?? (options as ColumnRoles))
  const { types, missing } = known ? keptReading(known) : {}
  const read = await readRows(files, { texts, ...given({ types, missing }) }, options)
  const roles = like?.roles ?? rolesWithElapsed(guessedRoles(read, askedRoles(read, options), files), options)
  const task = asking ?? suitingTask(roles, read, options)
  if (!known) checkTask(task, roles, read, options)
  const kept = known ? keptReading(known) : askedReading(options, roles)
  const seen = await wholeAndSeen(read, { task, roles, kept, signal }, options)
  checkLooking(seen, asked)
  const { table, leftOut, kind, rate = kept.rate } = seen
  const reading = { types: typesIn(read, roles), ...kept, ...given({ kind, rate }) }
  const label = task.writes === undefined ? roles.label : undefined
  checkLabel(table, label, files)
  const others = (held: readonly string[]) => rowsOf(held, { task, roles, kept: reading, signal }, options)
  // Of what is in files, only what a model reads of them is kept: whoever is shown a row sees their names.
  const {
    training,
    held: heldTable,
    ...split
  } = await heldOut(table, { read: others, sequence: roles.sequence, label }, options)
  const separating = given({ separator: kept.separator })
  const how = like ? { like } : { ...roles, ...readingOptions(options, roles) }
  const data = task.read(training, { ...separating, ...how }, table)
  const held = heldTable && task.read(heldTable, { ...separating, like: data })
  const shown = heldTable && withNames(heldTable)
  checkBaseline(task, data, options, asked)
  const model = known ?? (await task.make(data, options))
  return {
    model,
    data,
    pace: paceOf(options, data, held),
    record: { reading },
    about: {
      before: [
        read.description,
        ...leftOut,
        ...split.leftOut,
        `${task.name}: ${rolesInWords(data)}`,
        ...(saidSo(asked, known) ? [] : [otherwise]),
      ],
      size: sizeOf(data, held, split.how),
      after: [...constantColumns(training, roles), ...loneLabels(data)],
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
      conclude({ model, task, data, held, table: shown, files, asked, options, until }, showing),
  }
}

/** Whether all that could be guessed was said. */
const saidSo = (asked: Options, known: Model | undefined): boolean =>
  known !== undefined ||
  ((asked['label'] ?? asked['labels'] ?? asked['target'] ?? asked['caption']) !== undefined &&
    (asked['text'] ?? asked['token'] ?? asked['x']) !== undefined)

const otherwise =
  '  guessed from the columns; --label, --labels, --target or --caption, --text, --token or --x, --sequence and --task say otherwise'

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

/** Names labels of which there is no example, or one, so that nothing tells how well they are told. */
function loneLabels({ labels, items, several }: Labelled): string[] {
  if (!labels) return []
  const counts = labels.names.map(() => 0)
  for (const { target } of items) {
    // Of several labels a target has a 1 in the column of each, else it is the number of one.
    ;(target as Float32Array).forEach((value, i) => (several ? (counts[i]! += value) : counts[value]!++))
  }
  return [0, 1].flatMap((few) => {
    const names = labels.names.filter((_, i) => counts[i] === few)
    if (names.length === 0) return []
    const have = `${names.length === 1 ? 'has' : 'have'} ${few === 0 ? 'no' : 'one'} example to learn from`
    return [`${grouped(names.length)} of ${labels.names.length} labels ${have}: ${fewNames(names)}`]
  })
}
