import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import { empty, linesOf, type Format, type Sheet } from './sheet.ts'

/** A JSON record a line. */
export const jsonLinesFormat: Format = { sniff: (text) => /^\s*\{/.test(text), sheet: readLines }

/** A JSON list of records. */
export const jsonFormat: Format = { sniff: (text) => /^\s*\[\s*[{\]]/.test(text), sheet: readList }

function readLines(text: string, name: string): Sheet {
  const records: unknown[] = []
  const lines: number[] = []
  for (const [line, number] of linesOf(text)) {
    if (line.trim() === '') continue
    records.push(parsed(line, `${name}, line ${number}`))
    lines.push(number)
  }
  return recordsSheet(records, name, (row) => `line ${lines[row]!}`, ['JSON lines'])
}

function readList(text: string, name: string): Sheet {
  const records = parsed(text, name)
  if (!Array.isArray(records)) {
    throw new UnrolledError('data', `${name} is ${shown(records)}; it must be a list of records, or a record a line`)
  }
  return recordsSheet(records, name, rowFrom1, ['JSON'])
}

export const rowFrom1 = (row: number): string => `row ${row + 1}`

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    const advice = where.includes(', line ') ? '; a record stands on one line, or all in one list: [{ … }, { … }]' : ''
    throw new UnrolledError('data', `${where}: this is no JSON: ${(cause as Error).message}${advice}`, { cause })
  }
}

/** The sheet of records: columns are all names that any record has, in the order they are met. */
export function recordsSheet(
  records: readonly unknown[],
  name: string,
  rowName: (row: number) => string,
  said: readonly string[],
): Sheet {
  if (records.length === 0) throw empty(name)
  const columns = new Map<string, unknown[]>()
  records.forEach((record, i) => {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      throw new UnrolledError(
        'data',
        `${name}, ${rowName(i)}: it is ${shown(record)}; a record is needed, as { "text": "…" }`,
      )
    }
    for (const [column, value] of Object.entries(record)) {
      let cells = columns.get(column)
      if (cells === undefined) columns.set(column, (cells = new Array<unknown>(records.length)))
      cells[i] = value
    }
  })
  if (columns.size === 0) throw new UnrolledError('data', `${name}: its records hold nothing`)
  return {
    name,
    names: [...columns.keys()],
    cells: [...columns.values()],
    rows: records.length,
    rowName,
    said,
    typed: true,
    decimal: '.',
  }
}
