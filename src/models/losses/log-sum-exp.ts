import { add, exp, log, maxColumns, stop, sub, sumColumns, type Node } from '../../graph/index.ts'

/** log Σ exp over the columns of each row, the greatest taken out so that nothing overflows. */
export function logSumExp(a: Node): Node {
  const top = stop(maxColumns(a))
  return add(top, log(sumColumns(exp(sub(a, top)))))
}
