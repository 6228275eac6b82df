import { UnrolledError } from '../error.ts'
import { fault } from './fault.ts'
import { functions } from './functions.ts'
import { tokens, type Token } from './tokens.ts'

/** So long a line is no help in an error. */
const longest = 120

// Only at the beginning of a word, so that a long one is read once.
const before = /(?<![\p{L}\p{Nd}])([\p{L}][\p{L}\p{Nd}]*~?)_(?:\{\s*t\s*[-−]\s*1\s*\}|t[-−]1)/gu
const now = /([\p{L}][\p{L}\p{Nd}]*~?)_(?:\{\s*t\s*\}|t(?![\p{L}\p{Nd}_]))/gu
const index = /_\{([\p{L}\p{Nd}]+)\}/gu

/**
 * A line in the notation of papers and blackboards as it is written here: `s_t = tanh(U x_t + W s_{t-1})` is
 * `s' = tanh(U @ x + W @ s)`. What stands with t − 1 anywhere in the text is a state. Undefined where the line is not to be changed
 * or cannot be read.
 */
export function plainly(text: string, at: number): string | undefined {
  const from = text.lastIndexOf('\n', at - 1) + 1
  const end = text.indexOf('\n', from)
  const line = text
    .slice(from, end < 0 ? undefined : end)
    .replace(/#.*/, '')
    .trim()
  if (line.length > longest) return undefined
  const states = new Set([...text.matchAll(before)].map(([, name]) => name))
  const untimed = line
    .replace(before, '$1')
    .replace(now, (_, name: string) => (states.has(name) ? `${name}'` : name))
    .replace(index, '_$1')
  const result = withProducts(untimed)
  return result === line ? undefined : result
}

/** Errs where a line has a subscript in braces, as `s_{t-1}`, which is no name here. */
export function refuseBraces(text: string, from: number, to: number): void {
  const found = /^[^#{]*_(?=\{)/.exec(text.slice(from, to))
  if (found) fault(text, from + found[0].length - 1, timeless(text, from))
}

/** Whether a name ends in a subscript of time. */
export const isTimed = (name: string): boolean => /_t$/.test(name)

/** What an error says of subscripts of time, with the line as it is written here. */
export function timeless(text: string, at: number): string {
  const plain = plainly(text, at)
  return (
    "time is not written: s is a state's old value, s' its new one, and x the input" +
    (plain === undefined ? '' : `; write: ${plain}`)
  )
}

/** The line with a sign wherever two values stand side by side. */
function withProducts(line: string): string | undefined {
  let read: readonly Token[]
  try {
    read = tokens(line, 0, line.length)
  } catch (error) {
    if (error instanceof UnrolledError) return undefined
    throw error
  }
  const pieces = read.slice(0, -1).map((token, i) => {
    const next = read[i + 1]!
    const piece = line.slice(token.at, next.at)
    if (!ends(token) || !begins(next) || isCall(token, next)) return piece
    const matrix = token.kind === 'name' && !token.primed && /^\p{Lu}/u.test(token.name)
    return `${piece.trimEnd()} ${matrix ? '@' : '*'} `
  })
  return pieces.join('')
}

/** Whether a value may end with a token. */
const ends = (token: Token): boolean =>
  token.kind === 'sign' ? token.sign === ')' || token.sign === ']' : token.kind !== 'end'

/** Whether a value may begin with a token. */
export const begins = (token: Token): boolean =>
  token.kind === 'sign' ? token.sign === '(' || token.sign === '[' : token.kind !== 'end'

const isCall = (token: Token, next: Token): boolean =>
  token.kind === 'name' && functions.has(token.name) && next.kind === 'sign' && next.sign === '('
