import { blocks, type Block } from './blocks.ts'
import { inOrder } from './order.ts'
import { parse } from './parser.ts'
import { scope } from './scope.ts'
import { shapes } from './shapes.ts'
import type { Sum } from './size.ts'
import type { Equations, Line } from './syntax.ts'

export interface StateMeaning {
  readonly name: string
  readonly size: Sum
  readonly initial: number
}

/** `rows` is absent for a vector. Blocks lie side by side and add up to the columns. */
export interface ParameterMeaning {
  readonly name: string
  readonly rows?: Sum
  readonly columns: Sum
  readonly blocks: readonly Block[]
}

/** What a text says: checked, in an order that can be computed, with the size of everything. */
export interface Meaning {
  readonly equations: Equations
  /** In the order written. */
  readonly states: readonly StateMeaning[]
  /** In the order first used. */
  readonly parameters: readonly ParameterMeaning[]
  /** Lines, each after those it uses. */
  readonly order: readonly Line[]
  readonly output: Line
  readonly outputSize: Sum
}

/**
 * Reads and checks a text of equations.
 * @throws UnrolledError `equations`, with line number, the line, and a caret under the place.
 */
export function understand(text: string): Meaning {
  const equations = parse(text)
  const names = scope(equations)
  const order = inOrder(equations.text, names)
  const sizes = shapes(equations, names, order)
  const pieces = blocks(equations, names, sizes, order)
  const initial = new Map(equations.states.map(({ name, value }) => [name, value]))
  return {
    equations,
    states: [...names.states.keys()].map((name) => ({
      name,
      size: sizes.states.get(name)!,
      initial: initial.get(name) ?? 0,
    })),
    parameters: [...names.parameters.keys()].map((name) => {
      const matrix = sizes.matrices.get(name)
      const columns = matrix?.columns ?? sizes.vectors.get(name)!
      return { name, ...(matrix && { rows: matrix.rows }), columns, blocks: pieces.get(name)! }
    }),
    order,
    output: names.output,
    outputSize: sizes.of(names.output.value),
  }
}
