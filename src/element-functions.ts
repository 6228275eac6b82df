/**
 * The functions of elements on plain numbers, stable over their whole range; NaN gives NaN. The graph evaluates with them, the
 * reference backend computes with them, and programs call them by these names.
 */

import { erf } from './erf.ts'

export const ofOne = {
  neg: (a: number): number => -a,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  // Only exponentials of what is not positive, so that nothing overflows.
  sigmoid: (a: number): number => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a))),
  tanh: Math.tanh,
  softplus: (a: number): number => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
  sin: Math.sin,
  cos: Math.cos,
  erf,
} as const satisfies Readonly<Record<string, (a: number) => number>>

export const ofTwo = {
  add: (a: number, b: number): number => a + b,
  sub: (a: number, b: number): number => a - b,
  mul: (a: number, b: number): number => a * b,
  div: (a: number, b: number): number => a / b,
  min: (a: number, b: number): number => Math.min(a, b),
  max: (a: number, b: number): number => Math.max(a, b),
  less: (a: number, b: number): number => (a < b ? 1 : 0),
} as const satisfies Readonly<Record<string, (a: number, b: number) => number>>
