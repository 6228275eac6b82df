import { UnrolledError } from '../../error.ts'
import { symbolsOf } from '../../layers/index.ts'
import { checkNumber } from '../../options.ts'
import type { Loss } from './loss.ts'
import { longestRow } from './row.ts'

/**
 * A linear chain of labels (a conditional random field: Lafferty et al. 2001; on a network's outputs: Collobert et al. 2011,
 * arXiv:1103.0398): the score of labels y for outputs x is Σ_t x_t[y_t] + Σ_t transitions[y_t−1, y_t] + begin[y_0] + end[y_last],
 * and p(y) = exp(score) over the sum of all label sequences. The loss of a step is −log p(y_t | the labels before it): those of
 * a sequence add up to −log p(y). Targets are numbers of labels; a sequence must lie whole in one window.
 *
 * A model's `predict` gives the likeliest labels as a whole (Viterbi), and at each step the marginal probability of each label.
 *
 * Parameters, beside those of the layers: `loss.transitions` `[labels, labels]` from the row's label to the column's, `loss.begin`
 * and `loss.end` `[labels]`; zero at first.
 */
export const linearChain = (): Loss => ({
  name: 'linearChain',
  options: {},
  whole: true,
  target({ columns: labels, axes }) {
    if (!axes.includes('time')) {
      throw new UnrolledError(
        'option',
        'linearChain: it judges a label for each step; of one row a sequence, crossEntropy does',
      )
    }
    if (labels > longestRow) {
      throw new UnrolledError(
        'option',
        `linearChain: the output has ${labels} labels; at most ${longestRow} are possible`,
      )
    }
    return symbolsOf(labels, axes)
  },
  declared: ({ columns: labels }) => [
    { name: 'transitions', shape: { rows: [labels], columns: labels }, blocks: [{ columns: labels, init: 0 }] },
    { name: 'begin', shape: { rows: [], columns: labels }, blocks: [{ columns: labels, init: 0 }] },
    { name: 'end', shape: { rows: [], columns: labels }, blocks: [{ columns: labels, init: 0 }] },
  ],
  async build(output, targets, context) {
    const { chainLosses } = await import('./chain-losses.ts')
    return chainLosses(output, targets, context)
  },
  async decodeSequence(rows, parameters, { best = 1 } = {}) {
    const count = checkNumber('linearChain', 'best', best, { from: 1, to: mostLabellings, whole: true })
    const { decodeChain } = await import('./chain-decoding.ts')
    return decodeChain(rows, parameters, count)
  },
  metrics: { accuracy: (_, [target], decoded) => (decoded?.label === target ? 1 : 0) },
})

/** A thousand times what anybody reads. */
const mostLabellings = 4096
