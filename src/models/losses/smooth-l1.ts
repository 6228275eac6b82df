import { abs, constant, div, less, mean, mul, select, sub } from '../../graph/index.ts'
import { checkNames, checkNumber } from '../../options.ts'
import type { Loss } from './loss.ts'

/** Where `smoothL1` goes from a parabola to a line. */
export interface SmoothL1Options {
  /** The error below which the loss is a parabola; 1. At 0 it is the mean absolute error. */
  readonly beta?: number
}

/**
 * The mean over columns of e² ÷ 2 beta where e = |output − target| is below beta, else e − beta ÷ 2
 * (Girshick 2015, arXiv:1504.08083, equation 3), as torch.nn.SmoothL1Loss.
 * @throws UnrolledError `option` for wrong options.
 */
export function smoothL1(options: SmoothL1Options = {}): Loss {
  checkNames('smoothL1', options, ['beta'], { delta: 'beta' })
  const beta = checkNumber('smoothL1', 'beta', options.beta ?? 1, { from: 0 })
  return {
    name: 'smoothL1',
    options: { beta },
    target: (output) => output,
    build(output, targets) {
      const error = abs(sub(output, targets))
      if (beta === 0) return mean(error)
      const parabola = div(mul(error, error), constant(2 * beta))
      return mean(select(less(error, constant(beta)), parabola, sub(error, constant(beta / 2))))
    },
  }
}
