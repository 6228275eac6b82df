import { UnrolledError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { shown, TokenReader } from './expression.ts'
import { fault } from './fault.ts'
import { entries, initial, number, size } from './header.ts'
import { refuseBraces } from './notation.ts'
import type { Entry, Equations, Expression, Initial, Line, SizeName } from './syntax.ts'
import { inside } from './syntax.ts'
import { tokens } from './tokens.ts'

/** So that no text, however made, can hang a reader or exhaust its stack. */
const longest = 64 * 1024
const mostOperations = 2000

const keys = ['name', 'source', 'size', 'init', 'state', 'param'] as const

/**
 * Reads equations; says nothing yet about what the names mean.
 *
 * ```text
 * text      := (line '\n')*                     a line may be empty; # starts a comment, but not in name: and source:
 * line      := header | name prime? '=' comparison
 * header    := 'name:' words | 'source:' words
 *            | 'size:' name '=' size (',' ...)*
 *            | 'init:' name '=' (number | 'orthogonal' | 'glorot' | 'uniform' ('(' number ',' number ')')?
 *                                | 'normal' | 'identity') (',' ...)*
 *            | 'state:' name '=' number (',' ...)*
 *            | 'param:' name ('=' size)? (',' ...)*
 * size      := 'hidden' | 'input' | 'output' | 'projection' | number
 * comparison := sum (('<' | '>') sum)?          1 where it holds, else 0
 * sum       := term (('+' | '-') term)*
 * term      := factor (('*' | '/') factor)*
 * factor    := '-' factor | atom | matrix '@' factor
 * atom      := number | name prime? | '(' comparison ')' | '[' comparison (',' comparison)* ']'
 *            | function '(' comparison (',' comparison)* (',' '-'? number)* ')'
 * name      := letter (letter | digit | subscript | '_')* '~'?
 * prime     := "'"                              ′ is the same
 * signs     := − is -    ⊙ ∘ are *    · is @    σ is sigmoid
 * ```
 *
 * At most 64 KiB, 2000 operations, and 200 brackets inside one another.
 * @throws UnrolledError `equations`, with line number, the line, and a caret under the place.
 */
export function parse(given: string): Equations {
  if (typeof given !== 'string') throw new UnrolledError('equations', `equations are a text, not ${typeof given}`)
  if (given.length > longest) {
    throw new UnrolledError('equations', `a text of ${given.length} characters; equations have at most ${longest}`)
  }
  const text = given.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  let name: string | undefined
  let source: string | undefined
  const sizes: Entry<SizeName | number>[] = []
  const inits: Entry<Initial>[] = []
  const states: Entry<number>[] = []
  const parameters: Entry<SizeName | number | undefined>[] = []
  const lines: Line[] = []
  let operations = 0
  for (let from = 0; from <= text.length;) {
    const found = text.indexOf('\n', from)
    const to = found < 0 ? text.length : found
    if (to === from) {
      from = to + 1
      continue
    }
    const header = /^[ \t]*([^\s=#:]+)[ \t]*:/.exec(text.slice(from, to))
    if (header) {
      const value = from + header[0].length
      const at = from + header[0].indexOf(header[1]!)
      const words = text.slice(value, to).trim()
      const reader = () => new TokenReader(text, tokens(text, value, to))
      switch (header[1]) {
        case 'name':
          name = once(text, at, 'name', name, words)
          break
        case 'source':
          source = once(text, at, 'source', source, words)
          break
        case 'size':
          sizes.push(...entries(reader(), size, true))
          break
        case 'init':
          inits.push(...entries(reader(), initial, true))
          break
        case 'state':
          states.push(...entries(reader(), number, true))
          break
        case 'param':
          parameters.push(...entries<SizeName | number | undefined>(reader(), size, false))
          break
        default: {
          const close = nearest(header[1]!, keys)
          fault(
            text,
            at,
            `there is no header ${header[1]!.slice(0, 40)}:; headers are ${keys.map((key) => `${key}:`).join(', ')}` +
              (close ? `; did you mean ${close}:?` : ''),
          )
        }
      }
    } else {
      refuseBraces(text, from, to)
      const line = equation(new TokenReader(text, tokens(text, from, to)))
      if (line) {
        lines.push(line)
        operations += count(line.value)
        if (operations > mostOperations) fault(text, line.at, `more than ${mostOperations} operations`)
      }
    }
    from = to + 1
  }
  for (const list of [sizes, inits, states, parameters]) {
    const seen = new Set<string>()
    for (const { name, at } of list) {
      if (seen.has(name)) fault(text, at, `${name} stands in such a header twice`)
      seen.add(name)
    }
  }
  if (lines.length === 0) {
    throw new UnrolledError('equations', "a text without an equation; write for instance: h' = tanh(W @ [h, x] + b)")
  }
  return { text, name, source, sizes, inits, states, parameters, lines }
}

function once(text: string, at: number, key: string, before: string | undefined, words: string): string {
  if (before !== undefined) fault(text, at, `a second ${key}:`)
  if (words === '') fault(text, at, `nothing stands after ${key}:`)
  return words
}

/** name prime? '=' comparison; undefined for an empty line */
function equation(reader: TokenReader): Line | undefined {
  if (reader.token.kind === 'end') return undefined
  const name =
    reader.name() ?? reader.fail(`${shown(reader.token)} where a name was expected; a line reads: name = ...`)
  if (!reader.sign('=')) reader.fail(`${shown(reader.token)} where = was expected; a line reads: name = ...`)
  const value = reader.comparison()
  reader.end('the line ends before it')
  return { name: name.name, primed: name.primed, value, at: name.at }
}

/** Operations in an expression; without recursion, since a sum of many terms is deep. */
function count(expression: Expression): number {
  let result = 0
  const pending = [expression]
  for (let next = pending.pop(); next; next = pending.pop()) {
    result++
    pending.push(...inside(next))
  }
  return result
}
