/** What native's ROWS does to values: the pointwise operations but constants, and pairs of simple ones. */

import { binary, unary } from '../program/pointwise.ts'

const firsts = ['add', 'sub', 'mul'] as const
/** `bus` is the difference the other way round. */
const seconds = [...firsts, 'bus'] as const

type Pair = `${(typeof firsts)[number]}-${(typeof seconds)[number]}`

/** Two at once: the first of a and b, the second of that and c, or of c and that. */
export const pairs = firsts.flatMap((first) => seconds.map((second): Pair => `${first}-${second}`))

/** Native numbers them in this order. */
export const operations = [...unary, ...binary, 'select', 'position', 'copy', ...pairs] as const

export type NativeOperation = (typeof operations)[number]

export const pairable = (op: NativeOperation): op is (typeof firsts)[number] =>
  (firsts as readonly string[]).includes(op)
