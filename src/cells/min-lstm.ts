import { defineCell } from './define-cell.ts'

/**
 * Minimal LSTM (Feng et al. 2024, arXiv:2410.01201, section 3.2), in linear space, its gates normalised to f / (f + i)
 * and i / (f + i). Written as the paper's log-space algorithm takes that quotient, σ(log f − log i), since f + i may be 0
 * in single precision. Both gates begin at one half, so no forget bias.
 */
export const minLstm = defineCell(`
  name: min-lstm
  source: Feng et al. 2024, arXiv:2410.01201, section 3.2
  f  = sigmoid(logsigmoid(Wf @ x + bf) - logsigmoid(Wi @ x + bi))
  h~ = Wh @ x + bh
  h' = f * h + (1 - f) * h~
`)
