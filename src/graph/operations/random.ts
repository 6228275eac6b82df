import { uniform } from '../../uniform.ts'
import { isStep, node, type Node, type Operation, type Shape } from '../node.ts'
import { zeros } from '../value.ts'

export const randomOperation: Operation<{ site: number }> = {
  name: 'random',
  kind: 'random',
  varies: true,
  gradient: () => [],
  evaluate: (node, _, { extents, scalars }) => {
    const result = zeros(node.shape, { extents, scalars })
    const { columns, rows } = node.shape
    const perRow = rows.length === 0 ? 1 : result.extents.at(-1)!
    const perStep = isStep(rows[0])
    result.data.forEach((_, i) => {
      const row = Math.floor(i / columns)
      const step = perStep ? scalars['step']! + Math.floor(row / perRow) : (scalars['window'] ?? scalars['step']!)
      const sequence = scalars['sequence']! + (row % perRow)
      result.data[i] = uniform(scalars['seed']!, node.attributes.site, step, sequence, i % columns)
    })
    return result
  },
}

/**
 * Uniform numbers in [0, 1): a function of the run's seed, this site, the step (of the window, or of each row where the
 * shape begins with an axis of steps), the sequence in the whole batch, and the column.
 */
export const random = (site: number, shape: Shape): Node => node(randomOperation, [], { site }, shape)
