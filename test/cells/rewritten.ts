import { functions } from '../../src/equations/functions.ts'
import { parse, print, understand } from '../../src/equations/index.ts'
import { inside, type Expression, type Line } from '../../src/equations/syntax.ts'
import type { Draws } from '../fuzz/draws.ts'

export interface Rewritten {
  readonly text: string
  /** New names by old ones. */
  readonly states: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

/** A text that says the same with other names, other lines in another order, and sums and products in another order. */
export function rewritten(text: string, draws: Draws): Rewritten {
  const meaning = understand(text)
  const { equations, output } = meaning
  const declared = new Set(equations.parameters.map(({ name }) => name))
  const taken = new Set(['x', 'y'])
  const fresh = (first: string): string => {
    for (;;) {
      const name = draws.pick([...first]) + draws.pick([...'aeiou']) + draws.pick([...'klmnpq']) + draws.below(10)
      if (!taken.has(name)) return taken.add(name) && name
    }
  }
  const states = Object.fromEntries(meaning.states.map(({ name }) => [name, fresh('cdfghpqrstuvwz')]))
  const parameters = Object.fromEntries(
    meaning.parameters.map(({ name }) => [name, fresh(declared.has(name) ? 'pqruvw' : 'ABCKUVWb')]),
  )
  const lines = Object.fromEntries(
    equations.lines
      .filter(({ primed }) => !primed)
      .map(({ name }) => [name, name === 'y' ? 'y' : fresh('acdefgijklmn')]),
  )
  const names = new Map(Object.entries({ ...states, ...parameters, ...lines }))
  const named = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
    shuffled(
      list.map((item) => ({ ...item, name: names.get(item.name)! })),
      draws,
    )
  let written = inlined(equations.lines, draws).map((line) => ({
    ...line,
    name: names.get(line.name)!,
    value: commuted(renamed(line.value, names), draws),
  }))
  // Which state is the output is no longer told by its name.
  if (output.primed) {
    const at = 0
    const y: Expression = { kind: 'name', name: names.get(output.name)!, primed: true, at }
    written = [...written, { name: 'y', primed: false, value: y, at }]
  }
  return {
    text: print({
      ...equations,
      name: 'mine',
      source: undefined,
      sizes: named(equations.sizes),
      inits: [],
      states: named(equations.states),
      parameters: named(equations.parameters),
      lines: shuffled(written, draws),
    }),
    states,
    parameters,
  }
}

export function shuffled<T>(list: readonly T[], draws: Draws): T[] {
  const rest = [...list]
  return list.map(() => rest.splice(draws.below(rest.length), 1)[0]!)
}

/** The lines with some of them written where they are used. */
function inlined(lines: readonly Line[], draws: Draws): readonly Line[] {
  const chosen = lines.find(({ name, primed }) => !primed && name !== 'y' && draws.chance(0.2))
  if (!chosen) return lines
  return lines
    .filter((line) => line !== chosen)
    .map((line) => ({
      ...line,
      value: mapped(line.value, (part) =>
        part.kind === 'name' && !part.primed && part.name === chosen.name ? chosen.value : part,
      ),
    }))
}

const renamed = (expression: Expression, names: ReadonlyMap<string, string>): Expression =>
  mapped(expression, (part) => {
    if (part.kind === 'name') return { ...part, name: names.get(part.name) ?? part.name }
    return part.kind === 'product' ? { ...part, matrix: names.get(part.matrix)! } : part
  })

/** The expression with each part, innermost first, exchanged for what `by` makes of it. */
export function mapped(expression: Expression, by: (part: Expression) => Expression): Expression {
  const part = (inner: Expression): Expression => mapped(inner, by)
  switch (expression.kind) {
    case 'number':
    case 'name':
      return by(expression)
    case 'call':
      return by({ ...expression, inputs: expression.inputs.map(part) })
    case 'binary':
      return by({ ...expression, left: part(expression.left), right: part(expression.right) })
    case 'negation':
      return by({ ...expression, of: part(expression.of) })
    case 'product':
      return by({ ...expression, vector: part(expression.vector) })
    case 'concatenation':
      return by({ ...expression, parts: expression.parts.map(part) })
  }
}

/** The same with what is added or multiplied in another order. */
const commuted = (expression: Expression, draws: Draws): Expression =>
  mapped(expression, (part) => {
    if (part.kind === 'call' && (part.of === 'max' || part.of === 'min')) {
      return { ...part, inputs: shuffled(part.inputs, draws) }
    }
    if (part.kind !== 'binary') return part
    const { sign, left, right } = part
    if (sign === '<' || sign === '>') {
      return draws.chance(0.5) ? part : { ...part, sign: sign === '<' ? '>' : '<', left: right, right: left }
    }
    if (sign === '*') return joined('*', shuffled([...factors(left), ...factors(right)], draws), draws)
    if (sign === '+' || sign === '-') return joined('+', shuffled(terms(part), draws), draws)
    return part
  })

const factors = (expression: Expression): Expression[] =>
  expression.kind === 'binary' && expression.sign === '*'
    ? [...factors(expression.left), ...factors(expression.right)]
    : [expression]

function terms(expression: Expression): Expression[] {
  if (expression.kind !== 'binary' || (expression.sign !== '+' && expression.sign !== '-')) return [expression]
  const right = terms(expression.right)
  return [...terms(expression.left), ...(expression.sign === '+' ? right : right.map(negated))]
}

const negated = (of: Expression): Expression => (of.kind === 'negation' ? of.of : { kind: 'negation', of, at: of.at })

/** Put together from left to right or from right to left. */
function joined(sign: '+' | '*', parts: readonly Expression[], draws: Draws): Expression {
  const two = (left: Expression, right: Expression): Expression =>
    sign === '+' && right.kind === 'negation'
      ? { kind: 'binary', sign: '-', left, right: right.of, at: left.at }
      : { kind: 'binary', sign, left, right, at: left.at }
  return draws.chance(0.5) ? parts.reduce(two) : parts.reduceRight((right, left) => two(left, right))
}

/** Texts that each compute something else than the given one, in one place. */
export function changed(text: string): string[] {
  const equations = parse(text)
  const results: string[] = []
  equations.lines.forEach((line, at) => {
    const places = count(line.value)
    for (let place = 0; place < places; place++) {
      for (const change of changes) {
        let left = place
        let done = false
        const value = mapped(line.value, (part) => {
          if (left-- !== 0) return part
          const other = change(part)
          done = other !== undefined
          return other ?? part
        })
        if (done) results.push(print({ ...equations, lines: equations.lines.with(at, { ...line, value }) }))
      }
    }
  })
  return results
}

const count = (expression: Expression): number => 1 + inside(expression).reduce((sum, part) => sum + count(part), 0)

/** Each changes something that no renaming and no reordering can: how many of a kind there are, or what stands where. */
const changes: readonly ((part: Expression) => Expression | undefined)[] = [
  (part) => (part.kind === 'number' ? { ...part, value: part.value + 1 } : undefined),
  (part) =>
    part.kind === 'call' && functions.get(part.of)!.vectors === 1
      ? { ...part, of: part.of === 'tanh' ? 'sin' : 'tanh' }
      : undefined,
  (part) => (part.kind === 'call' && part.of === 'max' ? { ...part, of: 'min' } : undefined),
  (part) =>
    part.kind === 'binary' && (part.sign === '+' || part.sign === '-')
      ? { ...part, sign: part.sign === '+' ? '-' : '+' }
      : undefined,
  (part) => (part.kind === 'binary' && part.sign === '*' ? { ...part, sign: '+' } : undefined),
  // Of two gates of a kind that are subtracted, a renaming does the same.
  (part) =>
    part.kind === 'binary' && (part.sign === '/' || (part.sign === '-' && part.left.kind === 'number'))
      ? { ...part, left: part.right, right: part.left }
      : undefined,
  (part) => (part.kind === 'concatenation' ? { ...part, parts: part.parts.toReversed() } : undefined),
  (part) => (part.kind === 'product' ? { kind: 'negation', of: part, at: part.at } : undefined),
]
