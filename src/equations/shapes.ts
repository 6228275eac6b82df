import { fault, lineNumber } from './fault.ts'
import { functions } from './functions.ts'
import type { Scope } from './scope.ts'
import { equal, plus, sum, sumText, type Sum } from './size.ts'
import type { Equations, Expression, Line } from './syntax.ts'

/** Columns still to be found: known, unknown until something fixes it, or several side by side. */
type Term =
  | { readonly kind: 'known'; readonly sum: Sum }
  | { readonly kind: 'unknown'; is: Term | undefined }
  | { readonly kind: 'joined'; readonly parts: readonly Term[] }

/** A text that puts more than this side by side is refused: parts double with every line that joins a line with itself. */
const widest = 1024

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
  const { text } = equations
  const said = new Map<string, Term>()
  for (const { name, value } of equations.sizes) said.set(name, known(sum(value)))
  for (const { name, value } of equations.parameters) if (value !== undefined) said.set(name, known(sum(value)))
  const hidden = known(sum('hidden'))
  const input = known(sum('input'))
  const states = new Map([...scope.states.keys()].map((name) => [name, said.get(name) ?? hidden]))
  const lines = new Map<string, Term>()
  const vectors = new Map<string, Term>()
  const matrices = new Map<string, { rows: Term; columns: Term; at: number }>()
  for (const [name, { kind, at }] of scope.parameters) {
    if (kind === 'vector') vectors.set(name, said.get(name) ?? unknown())
    else matrices.set(name, { rows: said.get(name) ?? unknown(), columns: unknown(), at })
  }
  const found = new Map<Expression, Term>()
  const open: { a: Term; b: Term; err: () => never }[] = []

  /** Raised when all is inferred, so that they can say the sizes. */
  const errors: (() => never)[] = []

  /** Makes two terms one; what cannot be decided yet waits. */
  const same = (a: Term, b: Term, err: () => never): void => {
    const left = resolve(a)
    const right = resolve(b)
    if (left === right) return
    if (left.kind === 'known' && right.kind === 'known') {
      if (!equal(left.sum, right.sum)) errors.push(err)
    } else if (left.kind === 'unknown' && !contains(right, left)) left.is = right
    else if (right.kind === 'unknown' && !contains(left, right)) right.is = left
    else if (left.kind === 'unknown' || right.kind === 'unknown') errors.push(err)
    else open.push({ a: left, b: right, err })
  }

  /** Element by element: sizes are the same, or one is a single column. */
  const together = (a: Term, b: Term, at: number, what: string): Term => {
    const left = resolve(a)
    const right = resolve(b)
    if (single(left)) return right
    if (single(right)) return left
    same(left, right, () =>
      fault(
        text,
        at,
        `${what} goes element by element, but left is ${shown(left)} and right is ${shown(right)}` +
          (what === '*' ? '; a matrix on a vector is written @' : ''),
      ),
    )
    return left
  }

  const infer = (expression: Expression): Term => {
    const term = inferred(expression)
    found.set(expression, term)
    return term
  }
  const inferred = (expression: Expression): Term => {
    switch (expression.kind) {
      case 'number':
        return known(sum(1))
      case 'name': {
        const { name, primed } = expression
        if (name === 'x') return input
        return (primed ? undefined : (lines.get(name) ?? vectors.get(name))) ?? states.get(name)!
      }
      case 'call': {
        const [first, ...others] = expression.inputs.map(infer)
        if (functions.get(expression.of)!.reduces) return known(sum(1))
        return others.reduce((a, b) => together(a, b, expression.at, expression.of), first!)
      }
      case 'binary':
        return together(infer(expression.left), infer(expression.right), expression.at, expression.sign)
      case 'negation':
        return infer(expression.of)
      case 'concatenation': {
        const result = joined(expression.parts.map(infer))
        if (width(result) > widest) fault(text, expression.at, `more than ${widest} sizes side by side`)
        return result
      }
      case 'product': {
        const matrix = matrices.get(expression.matrix)!
        const vector = infer(expression.vector)
        same(matrix.columns, vector, () => {
          const rows = shown(matrix.rows)
          return fault(
            text,
            expression.at,
            `${expression.matrix} is ${rows} × ${bracketed(matrix.columns)} in line ${lineNumber(text, matrix.at)}, ` +
              `but here it would have to be ${rows} × ${bracketed(vector)}`,
          )
        })
        return matrix.rows
      }
    }
  }

  for (const line of order) {
    const is = infer(line.value)
    const name = line.name + (line.primed ? "'" : '')
    const wanted = line.primed ? states.get(line.name)! : said.get(line.name)
    if (wanted) {
      same(is, wanted, () =>
        fault(
          text,
          line.at,
          `${name} is ${shown(wanted)}, but its equation gives ${shown(is)}` +
            (line.primed && !said.has(line.name)
              ? `; another size is declared by a line size: ${line.name} = ...`
              : ''),
        ),
      )
    }
    if (!line.primed) lines.set(line.name, wanted ?? is)
  }
  settle(open)
  // Nothing else says a size: it is the default.
  const rest: Term[] = [...vectors.values(), ...[...matrices.values()].flatMap(({ rows, columns }) => [rows, columns])]
  for (const term of rest) for (const free of unknowns(term)) free.is = hidden
  settle(open)
  errors[0]?.()

  const sums = (terms: ReadonlyMap<string, Term>): Map<string, Sum> =>
    new Map([...terms].map(([name, term]) => [name, value(term)]))
  return {
    states: sums(states),
    lines: sums(lines),
    vectors: sums(vectors),
    matrices: new Map(
      [...matrices].map(([name, { rows, columns }]) => [name, { rows: value(rows), columns: value(columns) }]),
    ),
    of: (expression) => value(found.get(expression)!),
  }

  /** Decides what waits, until nothing more can be decided. */
  function settle(waiting: { a: Term; b: Term; err: () => never }[]): void {
    for (let before = Infinity; waiting.length < before;) {
      before = waiting.length
      for (const { a, b, err } of waiting.splice(0)) same(a, b, err)
    }
  }
}

const known = (sum: Sum): Term => ({ kind: 'known', sum })
const unknown = (): Term => ({ kind: 'unknown', is: undefined })

/** What a term stands for by now. */
function resolve(term: Term): Term {
  if (term.kind === 'unknown') return term.is ? resolve(term.is) : term
  return term.kind === 'joined' ? joined(term.parts) : term
}

/** Terms side by side: one flat list, or one sum where all are known. */
function joined(parts: readonly Term[]): Term {
  const flat = parts.map(resolve).flatMap((part) => (part.kind === 'joined' ? part.parts : [part]))
  if (flat.length === 1) return flat[0]!
  let total = sum(0)
  for (const part of flat) {
    if (part.kind !== 'known') return { kind: 'joined', parts: flat }
    total = plus(total, part.sum)
  }
  return known(total)
}

const single = (term: Term): boolean => term.kind === 'known' && equal(term.sum, sum(1))

function unknowns(term: Term): Extract<Term, { kind: 'unknown' }>[] {
  const found = resolve(term)
  if (found.kind === 'unknown') return [found]
  return found.kind === 'joined' ? found.parts.flatMap(unknowns) : []
}

const contains = (term: Term, free: Term): boolean => unknowns(term).some((other) => other === free)

const width = (term: Term): number => {
  if (term.kind !== 'known') return term.kind === 'joined' ? term.parts.length : 1
  const { hidden, input, output, projection, number } = term.sum
  return hidden + input + output + projection + Math.min(number, 1)
}

function value(term: Term): Sum {
  const found = resolve(term)
  return found.kind === 'known' ? found.sum : sum('hidden')
}

function shown(term: Term): string {
  const found = resolve(term)
  if (found.kind === 'known') return sumText(found.sum)
  return found.kind === 'joined' ? found.parts.map(shown).join(' + ') : 'not yet known'
}

const bracketed = (term: Term): string => {
  const text = shown(term)
  return text.includes('+') ? `(${text})` : text
}
