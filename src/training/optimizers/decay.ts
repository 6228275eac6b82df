import { add, constant, mul, type Node } from '../../graph/index.ts'

/** The gradient with the L2 penalty's own: g + weightDecay · p. */
export const decayed = (gradient: Node, parameter: Node, weightDecay: number): Node =>
  weightDecay === 0 ? gradient : add(gradient, mul(constant(weightDecay), parameter))

/** An exponential average: keep · average + (1 − keep) · value. */
export const average = (old: Node, value: Node, keep: number): Node =>
  add(mul(constant(keep), old), mul(constant(1 - keep), value))
