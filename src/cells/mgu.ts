import { defineCell } from './define-cell.ts'

/** Minimal gated unit (Zhou et al. 2016, arXiv:1603.09420): a GRU whose one gate both forgets and resets. */
export const mgu = defineCell(`
  name: mgu
  source: Zhou et al. 2016, arXiv:1603.09420
  f  = sigmoid(Wf @ [h, x] + bf)
  h~ = tanh(Wh @ [f * h, x] + bh)
  h' = (1 - f) * h + f * h~
`)
