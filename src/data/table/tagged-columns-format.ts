import { UnrolledError } from '../../error.ts'
import type { TableOptions } from './options.ts'
import { counted, passedOver, linesOf, sheetOf, type Format, type Sheet } from './sheet.ts'

/**
 * A token a line and its labels behind it, between spaces or tabs, with an empty line between sentences, as in the shared tasks of CoNLL:
 * `token`, `label`, and columns between them. A sentence is called by where it begins. Lines of `-DOCSTART-` are passed over.
 */
export const taggedColumnsFormat: Format = {
  sniff: (text) => {
    const lines = text
      .slice(0, 2 ** 16)
      .split(/\r?\n/)
      .slice(0, 200)
    const tokens = lines.filter((line) => line.trim() !== '')
    // A line that is cut off, and one that begins a document, prove nothing; one in twenty may be wrong, and is told when it is read.
    const fits = (line: string): boolean => tagLine.test(line) || isDocument(line)
    const whole = tokens.slice(0, -1)
    return (
      tokens.length > 1 &&
      lines.slice(0, -1).some((line) => line === '') &&
      20 * whole.filter((line) => !fits(line)).length <= whole.length
    )
  },
  sheet: read,
}

/** A token, and behind it a label as spans have. */
const tagLine = /^\S+[ \t](?:.*[ \t])?(?:O|[BIESLU]-\S+)\s*$/
const isDocument = (line: string): boolean => line.startsWith('-DOCSTART-')

function read(text: string, name: string, { header, delimiter }: TableOptions): Sheet {
  const rows: string[][] = []
  const lines: number[] = []
  const sentences: string[] = []
  let sentence: string | undefined
  let documents = 0
  let count = 0
  for (const [line, number] of linesOf(text)) {
    if (line.trim() === '') sentence = undefined
    else if (isDocument(line)) documents++
    else {
      const row = delimiter === undefined ? line.trim().split(/[ \t]+/) : line.split(delimiter)
      const columns = rows[0]?.length ?? row.length
      if (row.length !== columns || columns < 2) {
        const wanted = columns < 2 ? 'a token and its label at least are needed' : `line ${lines[0]} has ${columns}`
        throw new UnrolledError(
          'data',
          `${name}, line ${number}: it has ${row.length === 1 ? '1 column' : `${row.length} columns`}; ${wanted}`,
        )
      }
      if (sentence === undefined) {
        sentence = `${name}, line ${number}`
        count++
      }
      rows.push(row)
      lines.push(number)
      sentences.push(sentence)
    }
  }
  const names = namesOf(rows[0]?.length ?? 0, header, name)
  const columns = Object.fromEntries(names.map((column, i) => [column, rows.map((row) => row[i])]))
  return sheetOf(name, { sentence: sentences, ...columns }, lines, {
    said: ['a token a line', counted(count, 'sentence'), ...passedOver(documents, 'document line')],
    types: Object.fromEntries(['sentence', ...names].map((column) => [column, 'string' as const])),
  })
}

function namesOf(columns: number, header: TableOptions['header'], name: string): readonly string[] {
  if (typeof header !== 'object') {
    return Array.from({ length: columns }, (_, i) =>
      i === 0 ? 'token' : i === columns - 1 ? 'label' : `column ${i + 1}`,
    )
  }
  if (header.length === columns && new Set(['sentence', ...header]).size === columns + 1) return header
  throw new UnrolledError(
    'data',
    `${name} has ${columns} columns; header names ${header.length}, which must all differ, from "sentence" too`,
  )
}
