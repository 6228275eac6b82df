import { UnrolledError, type ColumnRoles, type Table } from 'unrolled'
import { shellWord } from '../shell-word.ts'
import { columnTable } from './column-table.ts'
import { factsOf, type ColumnFacts } from './column-facts.ts'
import { shownValue } from './row-in-words.ts'
import { toldColumns } from './told-columns.ts'

/** Names that say that a column is what is to be told. */
const labelName = /^(label|labels|class|category|target|y)$/i
/** Names of what names a row, or several that belong together, or says when they were. */
const keyName = /^(id|index|nr|no|key|#|row|uuid)$|[ _-]id$/i
const sequenceName =
  /^(sentence|sequence|series|session|utterance|recording|track|run|trip|episode|user|customer|patient|subject|sensor|device|machine)([ _-]?(id|nr|#))?$/i
/** Names of words that stand one a row, and of what they are. */
const tokenName = /^(token|form|word)s?$/i
const tagName = /^(label|tag|upos|pos|ner)s?$/i
const timeName = /^(time|timestamp|date|step|t|frame|when)$/i

/**
 * Which columns are what, where options leave it open and the columns make it clear.
 * @throws UnrolledError `usage` with the columns and what could be said, where they do not.
 */
export function guessedRoles(table: Table, asked: ColumnRoles, files: readonly string[]): ColumnRoles {
  const facts = factsOf(table)
  const words = wordsOf(facts, asked)
  if (words?.label !== undefined) return words
  const told = { ...asked, ...(toldColumns(asked).length === 0 && whatToTell(facts, asked)) }
  const reads = told.text ?? told.token ?? told.x
  const roles = reads !== undefined ? told : { ...told, ...whatToRead(facts, told) }
  const clear = toldColumns(roles).length > 0 && (roles.text ?? roles.token ?? roles.x) !== undefined
  if (clear) return roles
  const open = toldColumns(roles).length === 0 ? 'what is to be told of a row' : 'what is to be read'
  const alike = [...facts.values()].find(({ name, different }) => labelName.test(name) && different === 1)
  const commands = [
    ...possibleRoles(facts, asked).map((roles) => commandFor(files, roles)),
    ...(toldColumns(asked).length === 0 && (asked.text ?? asked.token ?? asked.x) === undefined
      ? possiblePairs(facts).map((pair) => commandForPair(files, pair))
      : []),
  ]
  throw new UnrolledError(
    'usage',
    [
      `${table.name}: ${open} is not clear from its columns`,
      ...(alike && toldColumns(roles).length === 0
        ? [`every ${alike.name} is ${shownValue(alike.frequent[0]![0])}, so that it tells no rows apart`]
        : []),
      columnTable(facts).join('\n'),
      commands.length > 0
        ? `say it, as\n${commands.map((command) => `  ${command}`).join('\n')}`
        : 'none of them can be told from others',
    ].join('\n'),
  )
}

/** Columns that nothing is said about yet. */
const free = (facts: ReadonlyMap<string, ColumnFacts>, roles: ColumnRoles): ColumnFacts[] => {
  const { text, token, x, sequence, time } = roles
  const taken = [text, token, x, sequence, time, ...toldColumns(roles)].flat()
  return [...facts.values()].filter(({ name, missing, rows }) => !taken.includes(name) && missing < rows)
}

/** Words that stand one a row, put together by what names their sentence; and what they are, where a name says so. */
function wordsOf(facts: ReadonlyMap<string, ColumnFacts>, asked: ColumnRoles): ColumnRoles | undefined {
  if ((asked.text ?? asked.x ?? asked.target ?? asked.caption) !== undefined) return undefined
  const columns = free(facts, asked)
  const token = asked.token ?? columns.find(({ name, type }) => type === 'string' && tokenName.test(name))?.name
  const sequence =
    asked.sequence ?? columns.find((column) => sequenceName.test(column.name) || isSequence(column))?.name
  if (token === undefined || sequence === undefined) return undefined
  const label = asked.label ?? columns.find(({ name, few }) => few && tagName.test(name))?.name
  return { ...asked, token, sequence, ...(label !== undefined && { label }) }
}

/** The one column that its name or, where it is alone, its few values or lists of names make what is to be told. */
function whatToTell(facts: ReadonlyMap<string, ColumnFacts>, asked: ColumnRoles): ColumnRoles {
  const columns = free(facts, asked)
  const named = columns
    .filter(({ name, type }) => labelName.test(name) && type !== 'list' && type !== 'date')
    // Beside an x, y is the other half of a place.
    .filter(({ name }) => name !== 'y' || !facts.has('x'))
  const classes = named.length > 0 ? named : columns.filter((column) => isClass(column) && !isSequence(column))
  if (classes.length !== 1) return {}
  const [{ name, type, several, few }] = classes as [ColumnFacts]
  if (several) return { labels: name }
  return few ? { label: name } : type === 'number' ? { target: name } : {}
}

/** Whether it says what a row is, or which labels it has, without being called so. */
const isClass = ({ few, several, wordy, type }: ColumnFacts): boolean =>
  several || (few && !wordy && (type === 'string' || type === 'boolean'))

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
    texts: names(({ type, files, few, wordy }) => type === 'string' && files === undefined && (!few || wordy)),
    lists: names(({ type, files }) => type === 'list' || files !== undefined),
    values: names(
      ({ type, few, wordy }) => type === 'number' || type === 'boolean' || (type === 'string' && few && !wordy),
    ),
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
  const words = wordsOf(facts, asked)
  if (words) {
    return some
      .filter(({ name, few }) => few && name !== words.token && name !== words.sequence)
      .map(({ name }) => ({ ...words, label: name }))
      .slice(0, mostWays)
  }
  const numbers = some.filter(({ type, whole, few }) => type === 'number' && !(whole && few))
  const told: ColumnRoles[] =
    toldColumns(asked).length > 0
      ? [{}]
      : [
          ...some.filter(({ several }) => several).map(({ name }) => ({ labels: name })),
          // What names several rows is seldom what they are.
          ...some
            .filter(({ few }) => few)
            .sort((a, b) => Number(isSequence(a)) - Number(isSequence(b)))
            .map(({ name }) => ({ label: name })),
          ...numbers.reverse().map(({ name }) => ({ target: name })),
        ]
  return told
    .flatMap((one) => {
      const told = toldColumns(one)
      const rest = columns.filter(({ name }) => !told.includes(name))
      return readings(rest, asked).map((read) => ({ ...asked, ...one, ...read }))
    })
    .slice(0, mostWays)
}

/** Texts that could be written of lists. */
export function possibleTexts(
  facts: ReadonlyMap<string, ColumnFacts>,
): { readonly text: string; readonly x: string }[] {
  const { texts, lists } = sorted([...facts.values()].filter((column) => !isKey(column)))
  return lists.flatMap((x) => texts.map((text) => ({ text, x }))).slice(0, mostWays)
}

/** Texts of which the one could be written when the other is read. */
export function possiblePairs(
  facts: ReadonlyMap<string, ColumnFacts>,
): { readonly source: string; readonly target: string }[] {
  const { texts } = sorted([...facts.values()].filter((column) => !isKey(column)))
  return texts
    .flatMap((source, i) => texts.slice(i + 1).map((target) => ({ source, target })))
    .filter((pair) => [pair.source, pair.target].every((name) => !facts.get(name)!.few))
    .slice(0, mostWays)
}

/** What could be read of some columns. */
function readings(columns: readonly ColumnFacts[], asked: ColumnRoles): ColumnRoles[] {
  if ((asked.text ?? asked.token ?? asked.x) !== undefined) return [{}]
  const sequence = asked.sequence ?? columns.find(isSequence)?.name
  const time = asked.time ?? columns.find(({ name, type }) => type === 'date' || timeName.test(name))?.name
  const steps = sequence === undefined ? {} : { sequence, ...(time !== undefined && { time }) }
  const { texts, lists, values } = sorted(
    columns.filter(
      (column) => !isKey(column) && column.name !== sequence && (sequence === undefined || column.name !== time),
    ),
  )
  const whole: ColumnRoles[] = [...texts.map((text) => ({ text })), ...lists.map((x) => ({ x }))]
  // A text that comes back may be a category, or be read.
  const again = columns.filter(({ name, type, few }) => type === 'string' && few && !texts.includes(name))
  return [
    ...(sequence === undefined ? whole : []),
    ...(values.length > 0 ? [{ x: values, ...steps }] : []),
    ...(sequence === undefined && values.length === again.length ? again.map(({ name }) => ({ text: name })) : []),
  ]
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

/** The command that trains a translator. */
export const commandForPair = (
  files: readonly string[],
  { source, target }: { readonly source: string; readonly target: string },
): string =>
  ['unrolled train', ...files.map(shellWord), '--source', shellWord(source), '--target', shellWord(target)].join(' ')

const roleOrder = ['label', 'labels', 'target', 'caption', 'text', 'token', 'x', 'sequence', 'time'] as const
