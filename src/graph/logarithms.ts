import { constant } from './leaves.ts'
import type { Node } from './node.ts'
import { abs } from './operations/abs.ts'
import { add } from './operations/add.ts'
import { div } from './operations/div.ts'
import { less } from './operations/less.ts'
import { log } from './operations/log.ts'
import { mul } from './operations/mul.ts'
import { select } from './operations/select.ts'
import { sub } from './operations/sub.ts'

/** Below it, as a number or less than nothing, logarithms come from a series, which loses nothing beside 1. */
const small = 0.2

/** log(1 + a) for a above −1, good to some 1e-12 of itself, or as float32 has it. */
export const log1p = (a: Node): Node => {
  const { v, rest } = series(a)
  const near = mul(constant(2), add(v, rest))
  return select(less(abs(a), constant(small)), near, log(add(constant(1), a)))
}

/**
 * a − log(1 + a) for a above −1, never negative, good to some 1e-12 of itself, or as float32 has it; `onePlus` is 1 + a, given where it
 * is known better than a, near −1.
 */
export const logGap = (a: Node, onePlus = add(constant(1), a)): Node => {
  const { v, rest } = series(a)
  // a is 2 v ÷ (1 − v), so that a − 2 v is a · v.
  const near = sub(mul(a, v), mul(constant(2), rest))
  return select(less(abs(a), constant(small)), near, sub(a, log(onePlus)))
}

/** log(1 + a) is 2 artanh v = 2 (v + v³ ÷ 3 + v⁵ ÷ 5 + …) with v = a ÷ (2 + a) (Abramowitz & Stegun 4.1.27): v and the rest of the sum. */
function series(a: Node): { readonly v: Node; readonly rest: Node } {
  const v = div(a, add(constant(2), a))
  const square = mul(v, v)
  const sum = [9, 7, 5, 3].reduce<Node>((sum, n) => add(constant(1 / n), mul(square, sum)), constant(1 / 11))
  return { v, rest: mul(mul(v, square), sum) }
}
