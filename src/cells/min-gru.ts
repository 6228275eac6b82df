import { defineCell } from './define-cell.ts'

/** Minimal GRU (Feng et al. 2024, arXiv:2410.01201, section 3.1), in linear space: the gate does not see the state. */
export const minGru = defineCell(`
  name: min-gru
  source: Feng et al. 2024, arXiv:2410.01201, section 3.1
  z  = sigmoid(Wz @ x + bz)
  h~ = Wh @ x + bh
  h' = (1 - z) * h + z * h~
`)
