import { defineCell } from './define-cell.ts'

/**
 * sLSTM of xLSTM (Beck et al. 2024, arXiv:2405.04517, section 2.2), single head: exponential input gate, sigmoid forget
 * gate, normaliser n, and the stabiliser m, which changes no output and keeps the exponentials in
 * range. m begins at −1e30, as if nothing had been seen. i and f are the gates before their exponential and sigmoid,
 * s and d after stabilising. The forget bias begins at 1.
 */
export const slstm = defineCell(`
  name: slstm
  source: Beck et al. 2024, arXiv:2405.04517, section 2.2
  init: bf = 1
  state: m = -1e30
  i  = Wi @ [h, x] + bi
  f  = logsigmoid(Wf @ [h, x] + bf)
  z  = tanh(Wz @ [h, x] + bz)
  o  = sigmoid(Wo @ [h, x] + bo)
  m' = max(f + m, i)
  s  = exp(i - m')
  d  = exp(f + m - m')
  c' = d * c + s * z
  n' = d * n + s
  h' = o * c' / n'
`)
