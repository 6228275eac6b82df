import { table, UnrolledError, type ColumnRoles, type Speaking, type Table } from 'unrolled'
import { readText } from 'unrolled/node'
import type { Options } from '../command.ts'
import { linesIn } from '../lines-in.ts'
import { sayingHow } from '../read-option.ts'
import type { Terminal } from '../terminal.ts'
import { withFiles } from './files/with-files.ts'
import { columnsRead, keptReading } from './reading.ts'
import { readAs, readRows } from './read-rows.ts'
import { rowsOfSequences } from './rows-of-sequences.ts'
import { isTableFile } from './table-file.ts'
import { taskOf } from './tasks.ts'
import { withElapsed } from './with-elapsed.ts'
import { columnsToRead, wholeRows } from './whole-rows.ts'

/** What a model is to say something of: rows of a table, and which of them each answer is of. */
export interface AskedRows {
  readonly table: Table
  /** Rows of each sequence, in the order they are met. */
  readonly groups: readonly (readonly number[])[]
}

/** Texts of the command line, rows of files, or of standard input lines of text or a table. */
export async function askedRows(
  model: Speaking<object>,
  texts: readonly string[],
  files: readonly string[],
  { terminal, options }: { readonly terminal: Terminal; readonly options: Options },
): Promise<AskedRows> {
  const read = await rowsOf(model, texts, files, { terminal, options })
  const { table: found, leftOut } = wholeRows(read, columnsToRead(read, model.roles, options), options)
  for (const line of leftOut) terminal.err(`${line}\n`)
  const kept = keptReading(model)
  const timed = await withElapsed(found, model.roles, kept.elapsed)
  const looking = { ...kept, sees: taskOf(model)?.sees }
  const { table: seen } = await withFiles(timed, model.roles, looking, undefined)
  return { table: seen, groups: rowsOfSequences(seen, model.roles) }
}

async function rowsOf(
  model: Speaking<object>,
  texts: readonly string[],
  files: readonly string[],
  { terminal, options }: { readonly terminal: Terminal; readonly options: Options },
): Promise<Table> {
  const { roles } = model
  const text = roles.text ?? roles.token
  const columns = columnsRead(roles, keptReading(model))
  if (texts.length > 0) {
    if (files.length > 0) throw new UnrolledError('usage', '--text or files, not both')
    if (text === undefined) {
      throw new UnrolledError(
        'usage',
        'the model reads columns, not texts: give a file of rows, or - for standard input',
      )
    }
    return linesTable(texts, roles, 'text')
  }
  const names = files.length > 0 ? files : ['-']
  if (names.length === 1 && names[0] === '-') {
    if (terminal.asks && files.length === 0) {
      throw new UnrolledError(
        'usage',
        `what of? Name files of rows${text === undefined ? '' : ", or say --text 'some text'"}; - reads standard input`,
      )
    }
    const input = (await terminal.input()).replace(/^\uFEFF/, '')
    return text !== undefined && !isTable(input, text)
      ? linesTable(linesIn(input), roles, 'standard input')
      : sayingHow(table(input, { ...readAs(columns, options), name: 'standard input' }))
  }
  if (text === undefined || names.every(isTableFile)) return readRows(names, columns, options)
  const { string } = await readText(names)
  return linesTable(linesIn(string), roles, names.join(', '))
}

/** Lines as rows; of words, each is a row, and a line a sequence. */
const linesTable = (lines: readonly string[], { text, token, sequence }: ColumnRoles, name: string): Promise<Table> =>
  table(
    text === undefined
      ? lines.flatMap((line, i) =>
          (line.match(/\S+/g) ?? []).map((word) => ({ [sequence!]: `line ${i + 1}`, [token!]: word })),
        )
      : lines.map((line) => ({ [text]: line })),
    { name },
  )

/** Whether the first line names the column, or holds a record, and is not a text itself. */
function isTable(input: string, column: string): boolean {
  const [first = ''] = input.split(/\r?\n/)
  if (/^\s*[[{]/.test(first)) return first.includes(JSON.stringify(column))
  return first.split(/[,;\t|]/).some((cell) => cell.trim().replace(/^"(.*)"$/, '$1') === column)
}
