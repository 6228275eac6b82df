import { defineCell } from './define-cell.ts'

/**
 * LSTM with coupled input and forget gate, f = 1 − i (CIFG in Greff et al. 2017, arXiv:1503.04069).
 * The input bias begins at −1, which is the usual forget bias of 1 seen from the other side.
 */
export const lstmCoupled = defineCell(`
  name: lstm-coupled
  source: Greff et al. 2017, arXiv:1503.04069 (CIFG)
  init: bi = -1
  i  = sigmoid(Wi @ [h, x] + bi)
  g  = tanh(Wg @ [h, x] + bg)
  o  = sigmoid(Wo @ [h, x] + bo)
  c' = (1 - i) * c + i * g
  h' = o * tanh(c')
`)
