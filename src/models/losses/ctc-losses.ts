import {
  abs,
  add,
  broadcast,
  concat,
  constant,
  dot,
  exp,
  less,
  log,
  max,
  maxColumns,
  neg,
  scan,
  select,
  slice,
  stop,
  sub,
  sumColumns,
  weightedSum,
  type Node,
} from '../../graph/index.ts'
import { UnrolledError } from '../../error.ts'
import { logSumExp } from './log-sum-exp.ts'
import type { LossContext } from './loss.ts'
import { oneHot } from './one-hot.ts'
import { row } from './row.ts'

/** The logarithm of what cannot be: finite, so that differences of it are numbers. */
const never = -1e30

/** The losses of `ctc`, one a sequence: outputs `[time, batch] × classes`, targets `[batch] × labels`. */
export function ctcLosses(output: Node, targets: Node, blank: number, { lengths, starts }: LossContext): Node {
  if (starts) throw new UnrolledError('option', 'ctc: a row holds one sequence; here new ones begin inside rows')
  const labels = targets.shape.columns
  const places = row(Array.from({ length: labels + 1 }, (_, s) => s))
  const p = sub(output, logSumExp(output))
  const all = lengths('time')
  const { final } = scan({
    // How probable it is to have said so many labels, the last of them at this step; and not at this one.
    initial: [
      broadcast(constant(never), { rows: ['batch'], columns: labels }),
      broadcast(row([0, ...new Array<number>(labels).fill(never)]), { rows: ['batch'], columns: labels + 1 }),
    ],
    steps: [ofLabels(p, targets), slice(p, blank, blank + 1)],
    ...(all && { lengths: all }),
    step([said, silent], [label, nothing]) {
      // Equal labels behind each other need nothing between them.
      const other = select(repeated(targets), constant(never), behind(said!, labels))
      return {
        next: [
          add(label!, either(said!, slice(silent!, 0, labels), other)),
          add(nothing!, either(silent!, concat([constant(never), said!]))),
        ],
        outputs: [],
      }
    },
  })
  const [said, silent] = final
  const ended = less(abs(sub(places, countOf(targets, blank))), constant(0.5))
  const whole = either(silent!, concat([constant(never), said!]))
  const total = sumColumns(select(ended, whole, constant(0)))
  return select(less(total, constant(never / 2)), constant(Infinity), neg(total))
}

/** How many labels there are before the first blank. */
function countOf(targets: Node, blank: number): Node {
  const { columns } = targets.shape
  const first = row(Array.from({ length: columns }, (_, s) => -s))
  const blanks = less(abs(sub(targets, constant(blank))), constant(0.5))
  return neg(stop(maxColumns(select(blanks, first, constant(-columns)))))
}

/** What each label of a target is told at each step: [time, batch] × classes and [batch] × labels → [time, batch] × labels. */
function ofLabels(p: Node, targets: Node): Node {
  const [labels, classes] = [targets.shape.columns, p.shape.columns]
  const places = oneHot(labels)
  const each = row(Array.from({ length: classes }, (_, c) => c))
  // [batch, labels] × classes, then [time, batch, labels] × 1.
  const chosen = less(abs(sub(dot(targets, places), each)), constant(0.5))
  return weightedSum(dot(p, chosen), places, p.shape.rows)
}

/** The column before each; before the first, never. */
const behind = (a: Node, columns: number): Node =>
  concat([constant(never), ...(columns > 1 ? [slice(a, 0, columns - 1)] : [])])

/** Whether a label is that before it. */
const repeated = (targets: Node): Node => less(abs(sub(targets, behind(targets, targets.shape.columns))), constant(0.5))

/** log Σ exp of arrays, element by element. */
function either(...all: readonly [Node, Node, ...Node[]]): Node {
  const top = stop(all.reduce((a, b) => max(a, b)))
  return add(top, log(all.map((one) => exp(sub(one, top))).reduce((a, b) => add(a, b))))
}
