import type { StateDeclaration } from '../cells/index.ts'
import { UnrolledError } from '../error.ts'
import { broadcast, checkNodes, constant, less, position, scan, select, sequence, type Node } from '../graph/index.ts'
import type { BuildContext } from './layer.ts'
import type { Axis } from './port.ts'

/** A layer's own recurrence: its declared states, carried from step to step. */
export interface OwnRecurrence {
  /**
   * What its steps are counted along; 'time'. A second sequence, along 'source', is there whole in every window of the first: states
   * begin as declared each time, and are nobody's behind it, so that the layer declares none.
   */
  readonly axis?: Axis
  /** From the last step to the first; false. */
  readonly reverse?: boolean
  /** What the layer declares that it carries: each begins as the layer was given it, and is left behind after the last step. */
  readonly states: readonly StateDeclaration[]
  /** Further states, that begin from these nodes and are nobody's; none. */
  readonly inner?: readonly Node[]
  /** Sequences whose elements the steps see. */
  readonly steps: readonly Node[]
  /** One step: from old states (the declared ones, then the inner) and this step's inputs to new ones in the same order, and outputs. */
  readonly step: (
    old: readonly Node[],
    inputs: readonly Node[],
  ) => { readonly next: readonly Node[]; readonly outputs: readonly Node[] }
}

/** What comes out of it. */
export interface RanRecurrence {
  /** `[time, batch] × n` each; zero past a sequence's length. */
  readonly outputs: readonly Node[]
  /** All states after the last step. */
  readonly final: readonly Node[]
  /** A node of the step at every step; zero past a sequence's length. */
  at(node: Node): Node
}

/**
 * Runs a layer's step over its axis with what the context says of states, lengths and starts: states begin as given and are left
 * behind, a sequence past its length keeps them, and where a new sequence begins inside a row they are what they are declared to
 * be at first.
 */
export function recurrence(context: BuildContext, run: OwnRecurrence): RanRecurrence {
  const { axis = 'time', reverse = false, states, inner = [], step } = run
  const lengths = context.lengths(axis)
  const starts = axis === 'time' ? context.starts : undefined
  const count = states.length
  const begin = ({ name, columns, initial }: StateDeclaration): Node =>
    axis === 'time' ? context.initial(name) : broadcast(constant(initial), { rows: ['batch'], columns })
  // Backwards a sequence begins behind the step at which the next one does: so that mark is carried along.
  const carried = starts && reverse ? [broadcast(constant(0), { rows: ['batch'], columns: 1 })] : []
  const ran = scan({
    axis,
    reverse,
    initial: [...states.map(begin), ...inner, ...carried],
    steps: [...run.steps, ...(starts ? [starts] : [])],
    ...(lengths && { lengths }),
    step(old, inputs) {
      const mark = starts && inputs.at(-1)!
      const begins = reverse ? old.at(-1)! : mark
      const renewed = states.map(({ initial }, i) => (mark ? select(begins!, constant(initial), old[i]!) : old[i]!))
      const { next, outputs } = step([...renewed, ...old.slice(count, count + inner.length)], inputs)
      checkNodes('recurrence: what its step gives', [...(next ?? []), ...(outputs ?? [])])
      if (next?.length !== count + inner.length || !outputs) {
        const many = next?.length ?? 'no'
        const what = `recurrence: its step gives ${many} next values of ${count + inner.length} states`
        throw new UnrolledError('option', `${what}; it must be { next, outputs }, a next value for each`)
      }
      return { next: [...next, ...(carried.length > 0 ? [mark!] : [])], outputs }
    },
  })
  if (axis === 'time') states.forEach(({ name }, i) => context.final(name, ran.final[i]!))
  return {
    outputs: ran.outputs,
    final: ran.final,
    at(node) {
      const everywhere = sequence(ran.node, node)
      return lengths ? select(less(position(axis), lengths), everywhere, constant(0)) : everywhere
    },
  }
}
