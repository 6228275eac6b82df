import { mean, mul, sub } from '../../graph/index.ts'
import type { Output } from './output.ts'
import { points } from './points.ts'

/** The mean over columns of (output − target)², as torch.nn.MSELoss. */
export const meanSquaredError = (): Output => ({
  name: 'meanSquaredError',
  options: {},
  perValue: 1,
  target: (output) => output,
  build(output, targets) {
    const error = sub(output, targets)
    return mean(mul(error, error))
  },
  distributions: points,
})
