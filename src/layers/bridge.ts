import type { ParameterDeclaration, StateDeclaration } from '../cells/index.ts'
import { add, matmul, slice, tanh, type Node } from '../graph/index.ts'
import type { BuildContext } from './layer.ts'

/** States that begin from what was given: those that are declared to begin from zero. */
export const begunStates = (states: readonly StateDeclaration[]): StateDeclaration[] =>
  states.filter(({ initial }) => initial === 0)

/** The parameters that make the first values of states from a `start`; none where there is no state to begin. */
export function bridgeOf(states: readonly StateDeclaration[], start: number): ParameterDeclaration[] {
  const columns = states.reduce((sum, { columns }) => sum + columns, 0)
  if (columns === 0) return []
  return [
    {
      name: 'bridge.weight',
      shape: { rows: [columns], columns: start },
      blocks: [{ columns: start, init: 'glorot' }],
    },
    { name: 'bridge.bias', shape: { rows: [], columns }, blocks: [{ columns, init: 0 }] },
  ]
}

/** tanh(W @ start + b), cut into the first values of the states, by name. */
export function bridged(context: BuildContext, states: readonly StateDeclaration[], start: Node): Map<string, Node> {
  if (states.length === 0) return new Map()
  const first = tanh(add(matmul(context.parameter('bridge.weight'), start), context.parameter('bridge.bias')))
  let at = 0
  return new Map(states.map(({ name, columns }) => [name, slice(first, at, (at += columns))]))
}
