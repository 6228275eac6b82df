import { constant, mean, slice, type Node } from '../../graph/index.ts'
import { blocksOf, valuesOf } from './blocks.ts'
import type { Output } from './output.ts'

/** An output that says how likely each value is: its loss is the mean over values of −log of that. */
export interface Likelihood extends Output {
  /**
   * −log of the density of each value, or of its probability where they are counts, in nats: from the blocks of an output
   * `[…] × n` each, the values `[…] × n` and what counts are scaled by `[…] × 1`.
   */
  surprises(blocks: readonly Node[], values: Node, scale: Node): Node | Promise<Node>
}

/** An output of how likely values are. */
export const likelihood = (parts: Omit<Likelihood, 'target' | 'build'>): Likelihood => {
  const { name, perValue, counts = false } = parts
  return {
    ...parts,
    target(output) {
      const values = valuesOf(name, output, perValue)
      return counts ? { ...values, columns: values.columns + 1, range: { from: 0, to: mostCounted } } : values
    },
    async build(output, targets) {
      const values = output.shape.columns / perValue
      const scale = counts ? slice(targets, values, values + 1) : constant(1)
      return mean(await parts.surprises(blocksOf(output, perValue), slice(targets, 0, values), scale))
    },
  }
}

/** Above it float32 does not hold every whole number. */
const mostCounted = 2 ** 24
