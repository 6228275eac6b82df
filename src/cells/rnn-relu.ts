import { defineCell } from './define-cell.ts'

/** Elman's network with rectified units (Le et al. 2015, arXiv:1504.00941, begin it from the identity: `init: W = identity`). */
export const rnnRelu = defineCell(`
  name: rnn-relu
  source: Elman 1990, Cognitive Science 14(2); rectified as in Le et al. 2015, arXiv:1504.00941
  h' = relu(W @ [h, x] + b)
`)
