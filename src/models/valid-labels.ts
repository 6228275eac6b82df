import type { Row } from '../data/index.ts'
import { named, tensor, type Named } from '../tensor.ts'
import type { SpanLabels } from './spans.ts'

/** The score of what cannot be: its probability is 0 in every number, and it is none that infinity makes of sums. */
const never = -1e6

/**
 * Scores of a linear chain in which labels follow each other only as spans may; `chain` are those that are known, of labels that are
 * judged each by itself there are none.
 */
export function validChain({ follows }: Pick<SpanLabels, 'follows'>, labels: number, chain: Named): Named {
  const known = (name: string, i: number): number => chain[name]?.data[i] ?? 0
  const row = (score: (i: number) => number, count: number): Row =>
    Float64Array.from({ length: count }, (_, i) => score(i))
  const allowed = (name: string, i: number, may: boolean): number => (may ? known(name, i) : never)
  return named([
    [
      'transitions',
      tensor(
        row((i) => allowed('transitions', i, follows(Math.floor(i / labels), i % labels)), labels * labels),
        [labels, labels],
      ),
    ],
    [
      'begin',
      tensor(
        row((i) => allowed('begin', i, follows(-1, i)), labels),
        [labels],
      ),
    ],
    [
      'end',
      tensor(
        row((i) => allowed('end', i, follows(i, -1)), labels),
        [labels],
      ),
    ],
  ])
}
