/** The pointwise functions on plain numbers, stable over their whole range; NaN gives NaN. */

import { erf } from '../../erf.ts'
import type { Binary, Unary } from '../backend.ts'

export const unaryFunctions: Readonly<Record<Unary, (a: number) => number>> = {
  neg: (a) => -a,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  // Only exponentials of what is not positive, so that nothing overflows.
  sigmoid: (a) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a))),
  tanh: Math.tanh,
  softplus: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
  sin: Math.sin,
  cos: Math.cos,
  erf,
}

export const binaryFunctions: Readonly<Record<Binary, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  less: (a, b) => (a < b ? 1 : 0),
}
