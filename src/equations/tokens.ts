import { fault } from './fault.ts'

export type Sign = '+' | '-' | '*' | '/' | '<' | '>' | '@' | '(' | ')' | '[' | ']' | ',' | '='

/** The smallest pieces of a line; `end` closes each. */
export type Token =
  | { readonly kind: 'name'; readonly name: string; readonly primed: boolean; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'sign'; readonly sign: Sign; readonly at: number }
  | { readonly kind: 'end'; readonly at: number }

/** ASCII and the mathematician's signs are the same tokens. */
const signs: Readonly<Record<string, Sign>> = {
  '+': '+',
  '-': '-',
  '−': '-',
  '*': '*',
  '⊙': '*',
  '∘': '*',
  '/': '/',
  '<': '<',
  '>': '>',
  '@': '@',
  '·': '@',
  '⋅': '@',
  '(': '(',
  ')': ')',
  '[': '[',
  ']': ']',
  ',': ',',
  '=': '=',
}

const space = /[ \t]+|#.*/y
// Letters of any alphabet, digits and subscripts; a tilde may end a name, ASCII or combining.
const name = /([\p{L}_][\p{L}\p{Nd}\p{No}_]*)([~\u0303]?)(['′’]*)/uy
const orEqual = /[<>]=|[≤≥]/y
/** Signs of other languages, and what is written here. */
const foreign: Readonly<Record<string, string>> = {
  '==': '1 - (a < b) - (a > b)',
  '!=': '(a < b) + (a > b)',
  '≠': '(a < b) + (a > b)',
  '**': 'a * a, or exp(b * log(a))',
  '^': 'a * a, or exp(b * log(a))',
}
const foreignSign = /==|!=|≠|\*\*|\^/y
const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y

/** The tokens of `text` from `from` to `to`, which is one line or a piece of one. */
export function tokens(text: string, from: number, to: number): Token[] {
  const line = text.slice(from, to)
  const result: Token[] = []
  const match = (pattern: RegExp, at: number): RegExpExecArray | null => {
    pattern.lastIndex = at - from
    return pattern.exec(line)
  }
  let at = from
  while (at < to) {
    const blank = match(space, at)
    if (blank) {
      at += blank[0].length
      continue
    }
    const word = match(name, at)
    if (word) {
      const [all, letters, tilde, primes] = word
      if (primes!.length > 1) fault(text, at + all.length - 1, 'a name takes one prime: the new value of a state')
      const plain = letters === 'σ' && !tilde ? 'sigmoid' : letters! + (tilde && '~')
      result.push({ kind: 'name', name: plain, primed: primes !== '', at })
      at += all.length
      continue
    }
    const digits = match(number, at)
    if (digits) {
      const value = Number(digits[0])
      if (!Number.isFinite(value)) fault(text, at, `${digits[0].slice(0, 20)} is too large a number`)
      result.push({ kind: 'number', value, at })
      at += digits[0].length
      continue
    }
    const bound = match(orEqual, at)
    if (bound) {
      const other = /[<≤]/.test(bound[0]) ? '>' : '<'
      fault(text, at, `there is no ${bound[0]}; it is written 1 - (a ${other} b)`)
    }
    const strange = match(foreignSign, at)
    if (strange) fault(text, at, `there is no ${strange[0]}; it is written ${foreign[strange[0]]}`)
    const sign = signs[line[at - from]!]
    if (!sign)
      fault(text, at, `unexpected character ${JSON.stringify(String.fromCodePoint(line.codePointAt(at - from)!))}`)
    result.push({ kind: 'sign', sign, at })
    at++
  }
  result.push({ kind: 'end', at: to })
  return result
}
