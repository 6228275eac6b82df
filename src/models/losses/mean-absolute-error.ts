import { abs, mean, sub } from '../../graph/index.ts'
import type { Loss } from './loss.ts'

/** The mean over columns of |output − target|, as torch.nn.L1Loss; its gradient is 0 where both are equal. */
export const meanAbsoluteError = (): Loss => ({
  name: 'meanAbsoluteError',
  options: {},
  target: (output) => output,
  build: (output, targets) => mean(abs(sub(output, targets))),
})
