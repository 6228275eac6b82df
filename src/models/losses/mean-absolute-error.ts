import { abs, mean, sub } from '../../graph/index.ts'
import type { Output } from './output.ts'
import { points } from './points.ts'

/** The mean over columns of |output − target|, as torch.nn.L1Loss; its gradient is 0 where both are equal. */
export const meanAbsoluteError = (): Output => ({
  name: 'meanAbsoluteError',
  options: {},
  perValue: 1,
  target: (output) => output,
  build: (output, targets) => mean(abs(sub(output, targets))),
  distributions: points,
})
