import { fault, lineNumber } from './fault.ts'
import { functions } from './functions.ts'
import type { Scope } from './scope.ts'
import { equal, sum, type Sum } from './size.ts'
import type { Equations, Expression, Line } from './syntax.ts'
import { known, single, Terms, TooWide, unknown, widest, type Term } from './terms.ts'

/** Columns of everything that has a name; of a matrix also its rows, which are the columns of what it gives. */
export interface Shapes {
  readonly states: ReadonlyMap<string, Sum>
  readonly lines: ReadonlyMap<string, Sum>
  readonly vectors: ReadonlyMap<string, Sum>
  readonly matrices: ReadonlyMap<string, { readonly rows: Sum; readonly columns: Sum }>
  readonly of: (expression: Expression) => Sum
}

/**
 * Infers the size of every name. States are `hidden` unless the header says otherwise, `x` is `input`; the rest follows
 * from use, and what nothing fixes is `hidden`. Errs where sizes do not fit, with both.
 */
export function shapes(equations: Equations, scope: Scope, order: readonly Line[]): Shapes {
  const inference = new Inference(equations, scope)
  try {
    return inference.run(order)
  } catch (error) {
    if (!(error instanceof TooWide)) throw error
    return fault(
      equations.text,
      inference.place,
      `more than ${widest.sizes} sizes or ${widest.columns} columns side by side, or too many of such`,
    )
  }
}

/** Two terms that must be one, and what to say where they are not. */
interface Pair {
  readonly a: Term
  readonly b: Term
  readonly at: number
  readonly err: () => never
}

class Inference {
  /** What is looked at. */
  place = 0
  readonly #text: string
  readonly #terms: Terms
  /** What the header says. */
  readonly #said = new Map<string, Term>()
  readonly #states: ReadonlyMap<string, Term>
  readonly #lines = new Map<string, Term>()
  readonly #vectors = new Map<string, Term>()
  readonly #matrices = new Map<string, { readonly rows: Term; readonly columns: Term; readonly at: number }>()
  readonly #found = new Map<Expression, Term>()
  /** What cannot be decided yet. */
  readonly #open: Pair[] = []
  /** Raised when all is inferred, so that they can say the sizes. */
  readonly #errors: (() => never)[] = []

  constructor({ text, sizes, parameters }: Equations, scope: Scope) {
    this.#text = text
    this.#terms = new Terms(text.length)
    for (const { name, value } of sizes) this.#said.set(name, known(sum(value)))
    for (const { name, value } of parameters) if (value !== undefined) this.#said.set(name, known(sum(value)))
    this.#states = new Map([...scope.states.keys()].map((name) => [name, this.#said.get(name) ?? known(sum('hidden'))]))
    for (const [name, { kind, at }] of scope.parameters) {
      const first = this.#said.get(name) ?? unknown()
      if (kind === 'vector') this.#vectors.set(name, first)
      else this.#matrices.set(name, { rows: first, columns: unknown(), at })
    }
  }

  run(order: readonly Line[]): Shapes {
    for (const line of order) this.#line(line)
    this.#settle()
    // Nothing else says a size: it is the default.
    const matrices = [...this.#matrices.values()].flatMap(({ rows, columns }) => [rows, columns])
    for (const term of [...this.#vectors.values(), ...matrices]) {
      for (const free of this.#terms.unknowns(term)) free.is = known(sum('hidden'))
    }
    this.#settle()
    this.#errors[0]?.()

    const sums = (terms: ReadonlyMap<string, Term>): Map<string, Sum> =>
      new Map([...terms].map(([name, term]) => [name, this.#terms.value(term)]))
    const found = new Map<Expression, Sum>()
    for (const [expression, term] of this.#found) {
      this.place = expression.at
      found.set(expression, this.#terms.value(term))
    }
    return {
      states: sums(this.#states),
      lines: sums(this.#lines),
      vectors: sums(this.#vectors),
      matrices: new Map(
        [...this.#matrices].map(([name, { rows, columns }]) => [
          name,
          { rows: this.#terms.value(rows), columns: this.#terms.value(columns) },
        ]),
      ),
      of: (expression) => found.get(expression)!,
    }
  }

  #line(line: Line): void {
    const is = this.#infer(line.value)
    const name = line.name + (line.primed ? "'" : '')
    const wanted = line.primed ? this.#states.get(line.name)! : this.#said.get(line.name)
    if (!line.primed) this.#lines.set(line.name, wanted ?? is)
    if (!wanted) return
    const advice =
      line.primed && !this.#said.has(line.name) ? `; another size is declared by a line size: ${line.name} = ...` : ''
    this.#same(is, wanted, line.at, () =>
      fault(
        this.#text,
        line.at,
        `${name} is ${this.#terms.shown(wanted)}, but its equation gives ${this.#terms.shown(is)}${advice}`,
      ),
    )
  }

  #infer(expression: Expression): Term {
    const term = this.#inferred(expression)
    this.#found.set(expression, term)
    return term
  }

  #inferred(expression: Expression): Term {
    switch (expression.kind) {
      case 'number':
        return known(sum(1))
      case 'name': {
        const { name, primed } = expression
        if (name === 'x') return known(sum('input'))
        return (primed ? undefined : (this.#lines.get(name) ?? this.#vectors.get(name))) ?? this.#states.get(name)!
      }
      case 'call': {
        const { inputs, at, of } = expression
        const [first, ...others] = inputs.map((input) => this.#infer(input))
        if (functions.get(of)!.reduces) return known(sum(1))
        return others.reduce((a, b) => this.#together(a, b, at, of), first!)
      }
      case 'binary': {
        const { left, right, at, sign } = expression
        return this.#together(this.#infer(left), this.#infer(right), at, sign)
      }
      case 'negation':
        return this.#infer(expression.of)
      case 'concatenation': {
        const parts = expression.parts.map((part) => this.#infer(part))
        this.place = expression.at
        return this.#terms.joined(parts)
      }
      case 'product':
        return this.#product(expression.matrix, this.#infer(expression.vector), expression.at)
    }
  }

  #product(name: string, vector: Term, at: number): Term {
    const { rows, columns, at: first } = this.#matrices.get(name)!
    this.#same(columns, vector, at, () =>
      fault(
        this.#text,
        at,
        `${name} is ${this.#terms.shown(rows)} × ${this.#terms.bracketed(columns)} in line ${lineNumber(this.#text, first)}, ` +
          `but here it would have to be ${this.#terms.shown(rows)} × ${this.#terms.bracketed(vector)}`,
      ),
    )
    return rows
  }

  /** Element by element: sizes are the same, or one is a single column. */
  #together(a: Term, b: Term, at: number, what: string): Term {
    this.place = at
    const left = this.#terms.resolve(a)
    const right = this.#terms.resolve(b)
    if (single(left)) return right
    if (single(right)) return left
    this.#same(left, right, at, () =>
      fault(
        this.#text,
        at,
        `${what} goes element by element, but left is ${this.#terms.shown(left)} and right is ${this.#terms.shown(right)}` +
          (what === '*' ? '; a matrix on a vector is written @' : ''),
      ),
    )
    return left
  }

  /** Makes two terms one; what cannot be decided yet waits. */
  #same(a: Term, b: Term, at: number, err: () => never): void {
    this.place = at
    const left = this.#terms.resolve(a)
    const right = this.#terms.resolve(b)
    if (left === right) return
    if (left.kind === 'known' && right.kind === 'known') {
      if (!equal(left.sum, right.sum)) this.#errors.push(err)
    } else if (left.kind === 'unknown' && !this.#terms.contains(right, left)) left.is = right
    else if (right.kind === 'unknown' && !this.#terms.contains(left, right)) right.is = left
    else if (left.kind === 'unknown' || right.kind === 'unknown') this.#errors.push(err)
    else this.#open.push({ a: left, b: right, at, err })
  }

  /** Decides what waits, until nothing more can be decided. */
  #settle(): void {
    for (let before = Infinity; this.#open.length < before;) {
      before = this.#open.length
      for (const { a, b, at, err } of this.#open.splice(0)) this.#same(a, b, at, err)
    }
  }
}
