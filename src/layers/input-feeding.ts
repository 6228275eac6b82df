import type { Cell, Sizes } from '../cells/index.ts'
import { concat, mul, type Node } from '../graph/index.ts'
import type { attending } from './attention.ts'
import { cellSteps } from './cell-steps.ts'
import { kept } from './dropout.ts'
import { prefixed, within, type BuildContext } from './layer.ts'
import { recurrence } from './recurrence.ts'

/** Cells on each other, with attention inside the loop. */
export interface Fed {
  /** Each with the beginning of its names, the lowest first. */
  readonly layers: readonly { readonly cell: Cell; readonly sizes: Sizes; readonly prefix: string }[]
  /** Rate of dropout between them. */
  readonly rate: number
  readonly attend: ReturnType<typeof attending>
  /** The state that carries what attention gave. */
  readonly fed: { readonly name: string; readonly columns: number }
}

/**
 * Input feeding (Luong et al. 2015, section 3.3): what attention gave at a step is part of the next step's input, so that attention
 * stands in the loop. Gives what it gives at every step, and its weights.
 */
export function inputFeeding(context: BuildContext, x: Node, { layers, rate, attend, fed }: Fed) {
  const stack = layers.map(({ cell, sizes, prefix }, i) => {
    const inside = within(context, prefix)
    const steps = cellSteps(cell, sizes, inside, 'time')
    const shape = { rows: ['time', 'batch'], columns: sizes.input }
    return { prefix, steps, drawn: [...steps.noise, ...(i > 0 ? kept(inside, shape, rate, 'dropout') : [])] }
  })
  let weights: Node | undefined
  const ran = recurrence(context, {
    states: [...stack.flatMap(({ prefix, steps }) => prefixed(prefix, steps.states)), { ...fed, initial: 0 }],
    steps: [x, ...stack.flatMap(({ drawn }) => drawn)],
    step(old, [x, ...given]) {
      let value = concat([x!, old.at(-1)!])
      let [state, draw] = [0, 0]
      const next = stack.flatMap(({ steps, drawn }) => {
        const own = given.slice(draw, (draw += drawn.length))
        const keep = own[steps.noise.length]
        const made = steps.step(old.slice(state, (state += steps.states.length)), keep ? mul(value, keep) : value, own)
        value = made.output
        return made.next
      })
      const attended = attend(value)
      weights = attended.weights
      return { next: [...next, attended.output], outputs: [attended.output] }
    },
  })
  for (const { steps } of stack) steps.offer((node) => ran.at(node))
  return { output: ran.outputs[0]!, weights: (): Node => ran.at(weights!) }
}
