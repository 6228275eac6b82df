import { constant } from './leaves.ts'
import type { Node } from './node.ts'
import { div } from './operations/div.ts'
import { exp } from './operations/exp.ts'
import { less } from './operations/less.ts'
import { maxRows } from './operations/max-rows.ts'
import { position } from './operations/position.ts'
import { select } from './operations/select.ts'
import { stop } from './operations/stop.ts'
import { sub } from './operations/sub.ts'
import { sumRows } from './operations/sum-rows.ts'

/**
 * eᵃ ÷ Σ eᵃ along a row axis, column by column: [source, batch] × n → the same. With `lengths`, [batch] × 1, over the first so many
 * rows of each sequence; those behind get 0, and so do all of a sequence without any.
 */
export function softmaxRows(a: Node, axis: string, lengths?: Node): Node {
  const valid = lengths && less(position(axis), lengths)
  const within = (inside: Node, behind: number): Node => (valid ? select(valid, inside, constant(behind)) : inside)
  const largest = stop(maxRows(within(a, -Infinity), axis))
  // Behind the last row nothing is infinite, so that nothing flows back from there.
  const e = within(exp(within(sub(a, largest), 0)), 0)
  const keep = a.shape.rows.filter((row) => row !== axis)
  return within(div(e, sumRows(e, keep)), 0)
}
