import { nearest } from '../nearest.ts'
import { fault, lineNumber } from './fault.ts'
import { functions } from './functions.ts'
import { isTimed, timeless } from './notation.ts'
import { inside, sizeNames, type Equations, type Expression, type Line } from './syntax.ts'

/** A parameter as its uses show it: a matrix stands left of @, a vector anywhere else. */
export interface Use {
  readonly kind: 'matrix' | 'vector'
  readonly at: number
}

/** What each name of a text means. */
export interface Scope {
  /** States by name, with the line that gives the new value; in the order written. */
  readonly states: ReadonlyMap<string, Line>
  /** Every other defined name. */
  readonly lines: ReadonlyMap<string, Line>
  /** In the order first used. */
  readonly parameters: ReadonlyMap<string, Use>
  /** The line whose value is the output. */
  readonly output: Line
}

const reserved = (name: string): string | undefined => {
  if (name === 'x') return 'x is the input'
  if (sizeNames.some((size) => size === name)) return `${name} is a size`
  // States and parameters are kept as properties of plain objects.
  if (name in {}) return `${name} means something else to JavaScript`
  return undefined
}

/** Finds what each name means, and every name that means nothing or two things. */
export function scope(equations: Equations): Scope {
  const { text } = equations
  const defined = definitions(equations)
  checkDeclared(equations, defined)
  const uses = new Uses(equations, defined)
  checkSaid(equations, defined, uses.parameters)
  for (const { name, at } of defined.lines.values()) {
    if (name !== 'y' && !uses.lines.has(name)) fault(text, at, `${name} is defined, but no line uses it`)
  }
  return { ...defined, parameters: uses.parameters, output: output(text, defined) }
}

type Defined = Pick<Scope, 'states' | 'lines'>

/** What the lines define; a name once. */
function definitions({ text, lines: written }: Equations): Defined {
  const states = new Map<string, Line>()
  const lines = new Map<string, Line>()
  for (const line of written) {
    const why = reserved(line.name)
    if (why) fault(text, line.at, `${why}; it cannot be defined`)
    const before = states.get(line.name) ?? lines.get(line.name)
    if (before) {
      const was = `${before.name}${before.primed ? "'" : ''}`
      fault(
        text,
        line.at,
        before.primed === line.primed
          ? `${was} is defined a second time; the first is in line ${lineNumber(text, before.at)}`
          : `${line.name} is a state, since line ${lineNumber(text, (before.primed ? before : line).at)} gives it a new value; its old value cannot be defined`,
      )
    }
    ;(line.primed ? states : lines).set(line.name, line)
  }
  return { states, lines }
}

/** Declared parameters are nothing else. */
function checkDeclared({ text, parameters }: Equations, { states, lines }: Defined): void {
  for (const { name, at } of parameters) {
    const why = reserved(name) ?? (states.has(name) ? `${name} is a state` : undefined)
    if (why) fault(text, at, `${why}; it cannot be a parameter`)
    const line = lines.get(name)
    if (line) fault(text, at, `${name} cannot be a parameter: line ${lineNumber(text, line.at)} defines it`)
  }
}

/** What the lines use; a parameter is known by that. */
class Uses {
  readonly parameters = new Map<string, Use>()
  /** Names of lines that another reads. */
  readonly lines = new Set<string>()
  readonly #text: string
  readonly #defined: Defined
  readonly #declared: ReadonlySet<string>
  #readsInput = false

  constructor(equations: Equations, defined: Defined) {
    this.#text = equations.text
    this.#defined = defined
    this.#declared = new Set(equations.parameters.map(({ name }) => name))
    for (const line of equations.lines) this.#visit(line.value)
    this.#checkMatrices()
  }

  #visit(expression: Expression): void {
    if (expression.kind === 'product') this.#matrix(expression.matrix, expression.at)
    if (expression.kind === 'name') this.#vector(expression.name, expression.primed, expression.at)
    for (const part of inside(expression)) this.#visit(part)
  }

  #matrix(name: string, at: number): void {
    const { states, lines } = this.#defined
    const what = states.has(name) ? 'a state' : lines.has(name) ? 'a vector' : undefined
    const why = reserved(name) ?? (what && `${name} is ${what}`)
    if (why) fault(this.#text, at, `${why}; left of @ stands a matrix, which is a parameter`)
    this.#parameter(name, 'matrix', at)
  }

  #vector(name: string, primed: boolean, at: number): void {
    const { states, lines } = this.#defined
    if (primed) {
      if (states.has(name)) return
      const close = nearest(name, states.keys())
      fault(
        this.#text,
        at,
        `${name}' is the new value of a state, and no line gives one` + (close ? `; did you mean ${close}'?` : ''),
      )
    }
    if (name === 'x') this.#readsInput = true
    if (name === 'x' || states.has(name)) return
    if (lines.has(name)) return void this.lines.add(name)
    const why = reserved(name)
    if (why) fault(this.#text, at, `${why}, not a vector`)
    this.#parameter(name, 'vector', at)
  }

  #parameter(name: string, kind: Use['kind'], at: number): void {
    if (!this.#declared.has(name) && !parameterLike(name)) this.#unknown(name, at)
    const before = this.parameters.get(name)
    if (before && before.kind !== kind) {
      fault(
        this.#text,
        at,
        `${name} is a ${before.kind} in line ${lineNumber(this.#text, before.at)} and a ${kind} here; ` +
          'a matrix stands left of @, a vector never does',
      )
    }
    if (!before) this.parameters.set(name, { kind, at })
  }

  #unknown(name: string, at: number): never {
    const text = this.#text
    if (functions.has(name)) fault(text, at, `${name} is a function: ${name}(...)`)
    if (isTimed(name)) fault(text, at, `there is no ${name}; ${timeless(text, at)}`)
    const { states, lines } = this.#defined
    const known = ['x', ...states.keys(), ...lines.keys(), ...this.#declared, ...this.parameters.keys()]
    const close = nearest(name, [...known, ...functions.keys()])
    return fault(
      text,
      at,
      `there is no ${name}` +
        (close
          ? `; did you mean ${close}?`
          : `; a parameter begins with a capital or with b, or is declared by a line param: ${name}`),
    )
  }

  /** `Wx` where no line reads `x` is meant as a product. */
  #checkMatrices(): void {
    if (this.#readsInput) return
    for (const [name, { kind, at }] of this.parameters) {
      if (kind === 'matrix' || !/^\p{Lu}x$/u.test(name)) continue
      fault(
        this.#text,
        at,
        `${name} is one name, a vector, and no line reads the input x; a matrix on it is written ${name[0]} @ x`,
      )
    }
  }
}

/** What the header speaks of is there. */
function checkSaid(equations: Equations, { states, lines }: Defined, parameters: Scope['parameters']): void {
  const { text } = equations
  for (const { name, at } of equations.parameters) {
    if (!parameters.has(name)) fault(text, at, `the parameter ${name} is declared, but no line uses it`)
  }
  for (const { name, at } of equations.states) {
    if (!states.has(name)) missing(text, name, at, 'a state', states.keys())
  }
  for (const { name, at } of equations.inits) {
    if (!parameters.has(name)) missing(text, name, at, 'a parameter', parameters.keys())
  }
  const any = new Set([...states.keys(), ...lines.keys(), ...parameters.keys()])
  for (const { name, at } of equations.sizes) {
    if (!any.has(name)) missing(text, name, at, 'a name of these equations', any)
  }
}

const parameterLike = (name: string): boolean => /^(?:\p{Lu}|b)/u.test(name)

function missing(text: string, name: string, at: number, what: string, candidates: Iterable<string>): never {
  const close = nearest(name, candidates)
  return fault(text, at, `${name} is not ${what}` + (close ? `; did you mean ${close}?` : ''))
}

/** y where defined, else the state h, else the only state. */
function output(text: string, { states, lines }: Defined): Line {
  const named = lines.get('y') ?? states.get('y') ?? states.get('h')
  if (named) return named
  const [first, ...others] = states.values()
  if (first && others.length === 0) return first
  const last = [...lines.values(), ...states.values()].reduce((a, b) => (a.at > b.at ? a : b))
  return fault(
    text,
    last.at,
    first
      ? `there are the states ${[...states.keys()].join(', ')} and none is called h; say by a line y = ... which is the output`
      : "there is no state and no y; give a state its new value by a line such as h' = ..., or the output by a line y = ...",
  )
}
