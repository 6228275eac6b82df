import { nearest } from '../nearest.ts'
import { fault } from './fault.ts'
import { functions, type EquationFunction, type FunctionNumber } from './functions.ts'
import { begins, plainly } from './notation.ts'
import type { Expression } from './syntax.ts'
import type { Sign, Token } from './tokens.ts'

/** Brackets, signs and products inside one another, at most; so that no text can exhaust the stack. */
const deepest = 200

/** Reads the tokens of one line, first to last. The grammar stands at the head of parser.ts. */
export class TokenReader {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text
    this.#tokens = tokens
  }

  get token(): Token {
    return this.#tokens[this.#next]!
  }

  /** The token in hand, if it is this sign; goes on to the next. */
  sign(sign: Sign): Token | undefined {
    const { token } = this
    if (token.kind !== 'sign' || token.sign !== sign) return undefined
    this.#next++
    return token
  }

  name(): Extract<Token, { kind: 'name' }> | undefined {
    const { token } = this
    if (token.kind !== 'name') return undefined
    this.#next++
    return token
  }

  number(): Extract<Token, { kind: 'number' }> | undefined {
    const { token } = this
    if (token.kind !== 'number') return undefined
    this.#next++
    return token
  }

  /** Errs unless the line ends here. */
  end(hint: string): void {
    if (this.token.kind !== 'end') this.#unexpected(`${shown(this.token)} is not expected here; ${hint}`)
  }

  /** Errs at the token in hand; where a value stands behind a value, with the sign that is missing. */
  #unexpected(message: string): never {
    if (!begins(this.token)) this.fail(message)
    const plain = plainly(this.#text, this.token.at)
    return this.fail(
      `no sign stands before ${shown(this.token)}: a matrix on a vector is written W @ x, element by element a * b` +
        (plain === undefined ? '' : `; write: ${plain}`),
    )
  }

  fail(message: string, at = this.token.at): never {
    return fault(this.#text, at, message)
  }

  /** comparison := sum (('<' | '>') sum)? */
  comparison(): Expression {
    const left = this.sum()
    const { token } = this
    if (!this.sign('<') && !this.sign('>')) return left
    const right = this.sum()
    if (signOf(this.token) === '<' || signOf(this.token) === '>') {
      this.fail('two comparisons in a row; write (a < b) * (b < c)')
    }
    return { kind: 'binary', sign: signOf(token) as '<' | '>', left, right, at: token.at }
  }

  /** sum := term (('+' | '-') term)* */
  sum(): Expression {
    let left = this.#term()
    for (;;) {
      const { token } = this
      if (!this.sign('+') && !this.sign('-')) return left
      left = { kind: 'binary', sign: signOf(token) as '+' | '-', left, right: this.#term(), at: token.at }
    }
  }

  /** term := factor (('*' | '/') factor)* */
  #term(): Expression {
    let left = this.#factor()
    for (;;) {
      const { token } = this
      if (!this.sign('*') && !this.sign('/')) return left
      left = { kind: 'binary', sign: signOf(token) as '*' | '/', left, right: this.#factor(), at: token.at }
    }
  }

  /** factor := '-' factor | atom ('@' factor)? */
  #factor(): Expression {
    if (++this.#depth > deepest) this.fail(`more than ${deepest} brackets, signs or products inside one another`)
    const { at } = this.token
    const result = this.sign('-')
      ? ({ kind: 'negation', of: this.#factor(), at } as const)
      : this.#product(at, this.#atom())
    this.#depth--
    return result
  }

  #product(at: number, matrix: Expression): Expression {
    if (!this.sign('@')) return matrix
    if (matrix.kind !== 'name' || matrix.primed) {
      this.fail('left of @ stands the name of a matrix; for vectors, element by element, write *', at)
    }
    return { kind: 'product', matrix: matrix.name, vector: this.#factor(), at: matrix.at }
  }

  /**
   * atom := number | name | function '(' comparison (',' comparison)* ')' | '[' comparison (',' comparison)* ']'
   *       | '(' comparison ')'
   */
  #atom(): Expression {
    const { token } = this
    const number = this.number()
    if (number) return number
    const name = this.name()
    if (name) {
      if (this.token.kind === 'sign' && this.token.sign === '(') return this.#call(name)
      return name
    }
    if (this.sign('[')) return { kind: 'concatenation', parts: this.#list(']', token.at), at: token.at }
    if (this.sign('(')) {
      const result = this.comparison()
      if (!this.sign(')')) this.#unexpected(`${shown(this.token)} where ) was expected`)
      return result
    }
    return this.fail(`${shown(token)} where a name, a number or ( was expected`)
  }

  #call(name: Extract<Token, { kind: 'name' }>): Expression {
    const known = functions.get(name.name)
    if (!known || name.primed) {
      const close = nearest(name.name, functions.keys())
      const plain = plainly(this.#text, name.at)
      // Several things in brackets are no factor.
      const factor = !this.#isList()
      this.fail(
        `there is no function ${name.name}` +
          (close
            ? `; did you mean ${close}?`
            : factor
              ? `; to multiply, write * or @${plain === undefined ? '' : `: ${plain}`}`
              : `; there are ${[...functions.keys()].join(', ')}`),
        name.at,
      )
    }
    this.sign('(')
    const given = this.#list(')', name.at)
    if (given.length < known.vectors || given.length > known.vectors + known.numbers.length) {
      this.fail(`${name.name} takes ${takes(known)}, not ${given.length}`, name.at)
    }
    const numbers = given
      .slice(known.vectors)
      .map((expression, i) => this.#number(expression, name.name, known.numbers[i]!))
    return { kind: 'call', of: name.name, inputs: given.slice(0, known.vectors), numbers, at: name.at }
  }

  /** Whether several things stand in the brackets that open here. */
  #isList(): boolean {
    let depth = 0
    for (const token of this.#tokens.slice(this.#next)) {
      const sign = token.kind === 'sign' ? token.sign : ''
      if (sign === '(' || sign === '[') depth++
      if (sign === ',' && depth === 1) return true
      if ((sign === ')' || sign === ']') && --depth === 0) return false
    }
    return false
  }

  /** The value of a function's number, which is written out, with or without a minus. */
  #number(given: Expression, of: string, { name, must }: FunctionNumber): number {
    const digits = given.kind === 'negation' ? given.of : given
    if (digits.kind !== 'number') this.fail(`the ${name} of ${of} is a number; it cannot be computed`, given.at)
    // Adding zero leaves no negative zero, which no text could say apart.
    const value = given.kind === 'negation' ? 0 - digits.value : digits.value
    if (must && !must.right(value)) this.fail(`the ${name} of ${of} is ${value}; it must be ${must.be}`, given.at)
    return value
  }

  #list(close: ')' | ']', at: number): Expression[] {
    if (this.sign(close)) this.fail('nothing stands between the brackets', at)
    const parts = [this.comparison()]
    while (this.sign(',')) parts.push(this.comparison())
    if (!this.sign(close)) this.#unexpected(`${shown(this.token)} where , or ${close} was expected`)
    return parts
  }
}

/** What a function takes, as an error says it. */
function takes({ vectors, numbers }: EquationFunction): string {
  const vector = vectors === 1 ? 'one vector' : `${vectors} vectors, with commas between`
  return numbers.length === 0 ? vector : `${vector} and may take ${numbers.map(({ name }) => name).join(' and ')}`
}

const signOf = (token: Token): Sign | undefined => (token.kind === 'sign' ? token.sign : undefined)

/** A token as an error names it. */
export function shown(token: Token): string {
  switch (token.kind) {
    case 'name':
      return token.name + (token.primed ? "'" : '')
    case 'number':
      return String(token.value)
    case 'sign':
      return token.sign
    case 'end':
      return 'the end of the line'
  }
}
