import { defineCell } from './define-cell.ts'

/** Gated recurrent unit as the lecture writes it (Chung et al. 2014): the reset gate acts before the matrix product. */
export const gru = defineCell(`
  name: gru
  source: Chung et al. 2014, arXiv:1412.3555
  z  = sigmoid(Wz @ [h, x] + bz)
  r  = sigmoid(Wr @ [h, x] + br)
  n  = tanh(Wn @ [r * h, x] + bn)
  h' = (1 - z) * h + z * n
`)
