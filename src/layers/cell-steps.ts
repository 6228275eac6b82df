import type { Cell, Sizes, StateDeclaration } from '../cells/index.ts'
import { broadcast, type Node } from '../graph/index.ts'
import type { BuildContext } from './layer.ts'
import type { Axis } from './port.ts'

/** The steps of a cell in a layer. */
export interface CellSteps {
  readonly states: readonly StateDeclaration[]
  /** What is drawn for its steps: they see a row of each. */
  readonly noise: readonly Node[]
  /** One step: from old states, its input and what is drawn for it to new states, in the same order, and its output. */
  step(old: readonly Node[], x: Node, drawn: readonly Node[]): { readonly next: readonly Node[]; readonly output: Node }
  /** Offers all that a step has a name for; `at` tells what a node of the step is at every step. */
  offer(at: (node: Node) => Node): void
}

/** A cell at work: its names are those of the context. */
export function cellSteps(cell: Cell, sizes: Sizes, context: BuildContext, axis: Axis): CellSteps {
  const parameters = Object.fromEntries(cell.parameters(sizes).map(({ name }) => [name, context.parameter(name)]))
  const states = cell.states(sizes)
  const noise = cell.noise(sizes)
  const values = new Map<string, Node>()
  return {
    states,
    noise: noise.map(({ name, columns }) => context.random(name, { rows: [axis, 'batch'], columns })),
    step(old, x, drawn) {
      const made = cell.step(sizes, {
        x,
        states: Object.fromEntries(states.map(({ name }, i) => [name, old[i]!])),
        parameters,
        noise: Object.fromEntries(noise.map(({ name }, i) => [name, drawn[i]!])),
        random: (name, shape) => context.random(name, shape),
        training: context.training,
      })
      states.forEach(({ name }, i) => values.set(name, old[i]!))
      for (const [name, value] of Object.entries(made.values)) values.set(name, value)
      return { next: states.map(({ name }) => made.states[name]!), output: made.output }
    },
    offer(at) {
      for (const [name, value] of values) {
        // A line of parameters alone has no rows of its own.
        context.tap(name, () => at(broadcast(value, { rows: ['batch'], columns: value.shape.columns })))
      }
    },
  }
}
