import { UnrolledError, type ColumnRoles, type Table } from 'unrolled'
import { shellWord } from '../shell-word.ts'
import { columnTable } from './column-table.ts'
import { factsOf, type ColumnFacts } from './column-facts.ts'

/** Names that say that a column is what is to be told. */
const labelName = /^(label|labels|class|category|target|y)$/i
/** Names of what names a row, or several that belong together, or says when they were. */
const keyName = /^(id|index|nr|no|key|#|row|uuid)$|[ _-]id$/i
const sequenceName = /^(sequence|series|session|utterance|recording|track)([ _-]?(id|nr))?$/i
const timeName = /^(time|timestamp|date|step|t|frame|when)$/i

/**
 * Which columns are what, where options leave it open and the columns make it clear.
 * @throws UnrolledError `usage` with the columns and what could be said, where they do not.
 */
export function guessedRoles(table: Table, asked: ColumnRoles, files: readonly string[]): ColumnRoles {
  const facts = factsOf(table)
  const told = { ...asked, ...(asked.label === undefined && asked.target === undefined && whatToTell(facts, asked)) }
  const roles = told.text !== undefined || told.x !== undefined ? told : { ...told, ...whatToRead(facts, told) }
  const clear = (roles.label ?? roles.target) !== undefined && (roles.text ?? roles.x) !== undefined
  if (clear) return roles
  const open = (roles.label ?? roles.target) === undefined ? 'what is to be told of a row' : 'what is to be read'
  const commands = possibleRoles(facts, asked).map((roles) => commandFor(files, roles))
  throw new UnrolledError(
    'usage',
    [
      `${table.name}: ${open} is not clear from its columns`,
      columnTable(facts).join('\n'),
      commands.length > 0
        ? `say it, as\n${commands.map((command) => `  ${command}`).join('\n')}`
        : 'none of them can be told from others',
    ].join('\n'),
  )
}

/** Columns that nothing is said about yet. */
const free = (
  facts: ReadonlyMap<string, ColumnFacts>,
  { text, x, sequence, time, label, target }: ColumnRoles,
): ColumnFacts[] => {
  const taken = [text, x, sequence, time, label, target].flat()
  return [...facts.values()].filter(({ name, missing, rows }) => !taken.includes(name) && missing < rows)
}

/** The one column that its name or, where it is alone, its few values make what is to be told. */
function whatToTell(facts: ReadonlyMap<string, ColumnFacts>, asked: ColumnRoles): ColumnRoles {
  const columns = free(facts, asked)
  const named = columns
    .filter(({ name, type }) => labelName.test(name) && type !== 'list' && type !== 'date')
    // Beside an x, y is the other half of a place.
    .filter(({ name }) => name !== 'y' || !facts.has('x'))
  if (named.length === 1) {
    const { name, few, type } = named[0]!
    return few ? { label: name } : type === 'number' ? { target: name } : {}
  }
  const texts = columns.filter(({ few, type }) => few && (type === 'string' || type === 'boolean'))
  return named.length === 0 && texts.length === 1 ? { label: texts[0]!.name } : {}
}

/** Texts where they are all there is, else lists, else numbers and categories; keys and dates tell nothing of other rows. */
function whatToRead(facts: ReadonlyMap<string, ColumnFacts>, told: ColumnRoles): ColumnRoles {
  const columns = free(facts, told).filter((column) => !isKey(column))
  const { texts, lists, values } = sorted(columns)
  if (told.sequence !== undefined) return texts.length + lists.length > 0 ? {} : { x: values }
  // Rows may be steps of what these name.
  if (columns.some(isSequence)) return {}
  if (texts.length === 1 && lists.length + values.length === 0) return { text: texts[0]! }
  if (lists.length === 1 && texts.length + values.length === 0) return { x: lists }
  return texts.length + lists.length > 0 || values.length === 0 ? {} : { x: values }
}

/** Names of columns by what can be read of them. */
function sorted(columns: readonly ColumnFacts[]): Record<'texts' | 'lists' | 'values', string[]> {
  const names = (fits: (column: ColumnFacts) => boolean): string[] => columns.filter(fits).map(({ name }) => name)
  return {
    texts: names(({ type, few }) => type === 'string' && !few),
    lists: names(({ type }) => type === 'list'),
    values: names(({ type, few }) => type === 'number' || type === 'boolean' || (type === 'string' && few)),
  }
}

const comesBack = ({ different, rows, missing }: ColumnFacts): boolean => different <= (rows - missing) / 2

/** What names a row, not what it is like. */
const isKey = (column: ColumnFacts): boolean =>
  column.type === 'date' ||
  (keyName.test(column.name) && (column.type === 'string' || column.whole) && !comesBack(column))

/** What names several rows that belong together. */
const isSequence = (column: ColumnFacts): boolean =>
  (sequenceName.test(column.name) || (keyName.test(column.name) && (column.type === 'string' || column.whole))) &&
  comesBack(column)

/** So many ways are shown. */
const mostWays = 5

/** What could be trained on a table, as far as it is left open: labels, then numbers from the last column on. */
export function possibleRoles(facts: ReadonlyMap<string, ColumnFacts>, asked: ColumnRoles): ColumnRoles[] {
  const columns = free(facts, asked)
  const some = columns.filter((column) => !isKey(column))
  const numbers = some.filter(({ type, whole, few }) => type === 'number' && !(whole && few))
  const told: ColumnRoles[] =
    (asked.label ?? asked.target) !== undefined
      ? [{}]
      : [
          ...some.filter(({ few }) => few).map(({ name }) => ({ label: name })),
          ...numbers.reverse().map(({ name }) => ({ target: name })),
        ]
  return told
    .flatMap((one) => {
      const rest = columns.filter(({ name }) => name !== (one.label ?? one.target))
      return readings(rest, asked).map((read) => ({ ...asked, ...one, ...read }))
    })
    .slice(0, mostWays)
}

/** What could be read of some columns. */
function readings(columns: readonly ColumnFacts[], asked: ColumnRoles): ColumnRoles[] {
  if ((asked.text ?? asked.x) !== undefined) return [{}]
  const sequence = asked.sequence ?? columns.find(isSequence)?.name
  const time = asked.time ?? columns.find(({ name, type }) => type === 'date' || timeName.test(name))?.name
  const steps = sequence === undefined ? {} : { sequence, ...(time !== undefined && { time }) }
  const { texts, lists, values } = sorted(
    columns.filter(
      (column) => !isKey(column) && column.name !== sequence && (sequence === undefined || column.name !== time),
    ),
  )
  const whole: ColumnRoles[] = [...texts.map((text) => ({ text })), ...lists.map((x) => ({ x }))]
  return [...(sequence === undefined ? whole : []), ...(values.length > 0 ? [{ x: values, ...steps }] : [])]
}

/** The command that trains on files by roles. */
export const commandFor = (files: readonly string[], roles: ColumnRoles): string =>
  [
    'unrolled train',
    ...files.map(shellWord),
    ...roleOrder.flatMap((role) =>
      roles[role] === undefined ? [] : [`--${role}`, shellWord([roles[role]].flat().join(','))],
    ),
  ].join(' ')

const roleOrder = ['label', 'target', 'text', 'x', 'sequence', 'time'] as const
