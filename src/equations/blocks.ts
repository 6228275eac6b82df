import { fault } from './fault.ts'
import type { Scope } from './scope.ts'
import type { Shapes } from './shapes.ts'
import { linesByName, oldStates, sideBySide } from './sides.ts'
import { equal, sumText, type Sum } from './size.ts'
import { inside, type Equations, type Expression, type Initial, type Line } from './syntax.ts'

/** A piece of a parameter with first values of its own. */
export interface Block {
  readonly size: Sum
  readonly init: Initial
}

export const mostParts = 256
/** Of all products together, each matrix counted once for every vector beside another that it is applied to. */
const mostBlocks = 2000

/**
 * The blocks of every parameter, left to right. A matrix has one for each part of the concatenation it is applied to:
 * recurrent ones orthogonal, the rest Glorot; a vector has one of zeros. The header's `init:` overrides.
 *
 * A block is recurrent if its operand depends on an old state with no product and no state's new value in between.
 */
export function blocks(
  equations: Equations,
  scope: Scope,
  shapes: Shapes,
  order: readonly Line[],
): ReadonlyMap<string, readonly Block[]> {
  const { text } = equations
  const inits = new Map(equations.inits.map((entry) => [entry.name, entry]))
  const lineOf = linesByName(equations.lines)
  const statesIn = oldStates(order, lineOf, new Set(scope.states.keys()))
  const result = new Map<string, Block[]>()
  for (const [name, size] of shapes.vectors) {
    const said = inits.get(name)
    const init = said?.value ?? 0
    if (init === 'orthogonal' || init === 'glorot' || init === 'identity') {
      fault(text, said!.at, `${name} is a vector; ${init} is for matrices`)
    }
    result.set(name, [{ size, init }])
  }
  // A short text stands for no more than it is long, but for what a cell may want.
  const most = Math.max(mostParts, Math.min(mostBlocks, text.length))
  let count = 0
  const visit = (expression: Expression): void => {
    if (expression.kind === 'product') {
      const { matrix, vector, at } = expression
      const said = inits.get(matrix)?.value
      const parts =
        sideBySide(vector, lineOf, mostParts) ?? fault(text, at, `more than ${mostParts} vectors side by side`)
      const found = parts.map((part) => ({
        size: shapes.of(part),
        init: said ?? (statesIn(part).size > 0 ? 'orthogonal' : 'glorot'),
      }))
      count += found.length
      if (count > most) fault(text, at, `more than ${most} products with vectors side by side`)
      const before = result.get(matrix)
      if (!before) result.set(matrix, found)
      else if (before.length !== found.length || before.some(({ size }, i) => !equal(size, found[i]!.size))) {
        const list = (blocks: readonly Block[]): string => `[${blocks.map(({ size }) => sumText(size)).join(', ')}]`
        fault(text, at, `${matrix} is applied to ${list(before)} elsewhere and to ${list(found)} here`)
      }
    }
    inside(expression).forEach(visit)
  }
  for (const line of equations.lines) visit(line.value)
  return result
}
