import { defineCell } from './define-cell.ts'

/**
 * LSTM whose output is projected to fewer columns before it goes back (Sak et al. 2014, arXiv:1402.1128, without
 * peepholes and non-recurrent projection), as PyTorch's `proj_size`: h has `projection` columns, c has `hidden`.
 */
export const lstmProjected = defineCell(`
  name: lstm-projected
  source: Sak et al. 2014, arXiv:1402.1128; as PyTorch's proj_size
  size: h = projection
  init: bf = 1
  i  = sigmoid(Wi @ [h, x] + bi)
  f  = sigmoid(Wf @ [h, x] + bf)
  g  = tanh(Wg @ [h, x] + bg)
  o  = sigmoid(Wo @ [h, x] + bo)
  c' = f * c + i * g
  h' = Wh @ (o * tanh(c'))
`)
