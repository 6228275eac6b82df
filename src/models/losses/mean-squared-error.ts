import { mean, mul, sub } from '../../graph/index.ts'
import type { Loss } from './loss.ts'

/** The mean over columns of (output − target)², as torch.nn.MSELoss. */
export const meanSquaredError = (): Loss => ({
  name: 'meanSquaredError',
  options: {},
  target: (output) => output,
  build(output, targets) {
    const error = sub(output, targets)
    return mean(mul(error, error))
  },
})
