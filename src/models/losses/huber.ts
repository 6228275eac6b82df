import { abs, constant, less, mean, mul, select, sub } from '../../graph/index.ts'
import { checkNames, checkNumber } from '../../options.ts'
import type { Output } from './output.ts'
import { points } from './points.ts'

/** Where `huber` goes from a parabola to a line. */
export interface HuberOptions {
  /** The error up to which the loss is a parabola; 1. */
  readonly delta?: number
}

/**
 * The mean over columns of e² ÷ 2 where e = |output − target| is below delta, else delta · (e − delta ÷ 2)
 * (Huber 1964, doi:10.1214/aoms/1177703732), as torch.nn.HuberLoss.
 * @throws UnrolledError `option` for wrong options.
 */
export function huber(options: HuberOptions = {}): Output {
  checkNames('huber', options, ['delta'], { beta: 'delta' })
  const delta = checkNumber('huber', 'delta', options.delta ?? 1, { above: 0 })
  return {
    name: 'huber',
    options: { delta },
    perValue: 1,
    target: (output) => output,
    build(output, targets) {
      const error = abs(sub(output, targets))
      const parabola = mul(constant(0.5), mul(error, error))
      const line = mul(constant(delta), sub(error, constant(delta / 2)))
      return mean(select(less(error, constant(delta)), parabola, line))
    },
    distributions: points,
  }
}
