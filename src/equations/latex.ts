import { mostParts } from './blocks.ts'
import { brackets, text, type Way } from './latex-expression.ts'
import { linesByName, oldStates, sideBySide, type LineOf } from './sides.ts'
import { symbol } from './symbol.ts'
import { inside, tightness, type Expression } from './syntax.ts'
import type { Meaning } from './understand.ts'

/** A block of a matrix on a vector. */
export interface LatexProduct {
  readonly matrix: string
  /** Number of the block, from the left. */
  readonly block: number
  /** The old states that the vector depends on with no product and no new value in between. */
  readonly states: readonly string[]
}

/** What is changed of a cell's equations: each piece of LaTeX into another. */
export interface LatexChanges {
  /** An old state as products see it. */
  stateInProducts?(name: string, old: string): string | undefined
  /** One block on its vector; absent, matrices stay whole. */
  product?(product: LatexProduct, weight: string, vector: string): string
  /** What is carried of a state. */
  carried?(name: string, old: string, next: string): string | undefined
  /** The output, where it is a state that is changed on its way out. */
  readonly output?: string | undefined
  /** Rows that say what the signs of all this mean. */
  readonly legend?: readonly string[]
}

/** The equations as LaTeX, one line a row: `h_t`, `h_{t-1}`, `W_z`, `\odot`. */
export function latex(meaning: Meaning, changes: LatexChanges = {}): string {
  return `\\begin{aligned}\n${new Sheet(meaning, changes).rows().join(' \\\\\n')}\n\\end{aligned}`
}

class Sheet {
  readonly #meaning: Meaning
  readonly #changes: LatexChanges
  readonly #states: ReadonlySet<string>
  readonly #lineOf: LineOf
  readonly #statesIn: (expression: Expression) => ReadonlySet<string>
  /** States and lines that products see changed; there they wear a háček. */
  readonly #checked: ReadonlySet<string>
  /** States of which something else than their new value is carried; inside the step that wears a hat. */
  readonly #hatted: ReadonlySet<string>
  readonly #plain: Way = {
    named: (name, primed) => this.#name(name, primed, primed && this.#hatted.has(name) ? 'hat' : ''),
    product: (expression) => this.#product(expression),
  }
  readonly #inProducts: Way = {
    named: (name, primed) =>
      !primed && this.#checked.has(name) ? this.#name(name, false, 'check') : this.#plain.named(name, primed),
    product: (expression) => this.#product(expression),
  }

  constructor(meaning: Meaning, changes: LatexChanges) {
    this.#meaning = meaning
    this.#changes = changes
    this.#states = new Set(meaning.states.map(({ name }) => name))
    this.#lineOf = linesByName(meaning.equations.lines)
    this.#statesIn = oldStates(meaning.order, this.#lineOf, this.#states)
    this.#checked = this.#seenChanged()
    this.#hatted = new Set([...this.#states].filter((name) => changes.carried?.(name, '', '') !== undefined))
  }

  rows(): string[] {
    const { stateInProducts, carried, output, legend = [] } = this.#changes
    const states = [...this.#states]
    const row = (left: string, right: string): string => `${left} &= ${right}`
    return [
      ...states
        .filter((name) => this.#checked.has(name))
        .map((name) => row(this.#name(name, false, 'check'), stateInProducts!(name, this.#name(name, false))!)),
      ...this.#meaning.equations.lines.flatMap(({ name, primed, value }) => [
        ...(!primed && this.#checked.has(name)
          ? [row(this.#name(name, false, 'check'), text(value, tightness.comparison, this.#inProducts))]
          : []),
        row(this.#plain.named(name, primed), text(value, tightness.comparison, this.#plain)),
      ]),
      ...states
        .filter((name) => this.#hatted.has(name))
        .map((name) =>
          row(this.#name(name, true), carried!(name, this.#name(name, false), this.#plain.named(name, true))!),
        ),
      ...(output === undefined ? [] : [row(symbol('y', 't'), output)]),
      ...legend,
    ]
  }

  #name(name: string, primed: boolean, accent = ''): string {
    const isState = this.#states.has(name)
    const timed = isState || name === 'x' || this.#lineOf(name, false) !== undefined
    return symbol(name, timed ? (isState && !primed ? 't-1' : 't') : '', accent)
  }

  #product({ matrix, vector }: Extract<Expression, { kind: 'product' }>): readonly [string, number] {
    const { product } = this.#changes
    const operand = (part: Expression): string => {
      const written = text(part, tightness.factor, this.#inProducts)
      return part.kind === 'negation' ? brackets('(', written, ')') : written
    }
    if (!product) return [`${symbol(matrix)} ${operand(vector)}`, tightness.factor]
    const parts = sideBySide(vector, this.#lineOf, mostParts)!
    const written = parts.map((part, block) =>
      product(
        { matrix, block, states: [...this.#statesIn(part)] },
        symbol(matrix, parts.length === 1 ? '' : String(block)),
        operand(part),
      ),
    )
    // What a modifier adds to may bind as a sum does.
    const whole = written.join(' + ')
    return [whole, whole.includes(' + ') ? tightness.sum : tightness.factor]
  }

  /** What products read, with no other product in between, and depends on a state that they see changed. */
  #seenChanged(): Set<string> {
    const changed = new Set([...this.#states].filter((name) => this.#changes.stateInProducts?.(name, '') !== undefined))
    const seen = new Set<string>()
    if (changed.size === 0) return seen
    const look = (expression: Expression, inProduct: boolean): void => {
      if (expression.kind === 'name' && inProduct && !expression.primed && !seen.has(expression.name)) {
        const line = this.#lineOf(expression.name, false)
        if (!line ? changed.has(expression.name) : [...this.#statesIn(line.value)].some((name) => changed.has(name))) {
          seen.add(expression.name)
          if (line) look(line.value, true)
        }
      }
      for (const part of inside(expression)) look(part, inProduct || expression.kind === 'product')
    }
    for (const { value } of this.#meaning.equations.lines) look(value, false)
    return seen
  }
}
