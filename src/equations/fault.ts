import { UnrolledError } from '../error.ts'

/** Columns of a source line that an error shows at most, and characters of what it says: names may be of any length. */
const width = 100
const longest = 500

/** Throws the error for a place in a text: line number, what is wrong, the line, and a caret under the place. */
export function fault(text: string, at: number, message: string): never {
  const before = text.slice(0, at)
  const start = before.lastIndexOf('\n') + 1
  const end = text.indexOf('\n', start)
  const line = text.slice(start, end < 0 ? undefined : end).replaceAll('\t', ' ')
  const indent = line.length - line.trimStart().length
  const from = Math.max(Math.min(indent, at - start), at - start - width / 2)
  const shown = line.slice(from, from + width).trimEnd()
  const caret = ' '.repeat(at - start - from) + '^'
  const said = message.length > longest ? `${message.slice(0, longest)}…` : message
  throw new UnrolledError('equations', `line ${lineNumber(text, at)}: ${said}\n    ${shown}\n    ${caret}`)
}

/** Number of the line a place stands in, from 1. */
export function lineNumber(text: string, at: number): number {
  let count = 1
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) count++
  return count
}
