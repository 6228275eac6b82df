import { defineCell } from './define-cell.ts'

/**
 * Update gate RNN (Collins et al. 2017, arXiv:1611.09913): one gate between keeping and computing anew.
 * The gate's bias begins at 1, as in TensorFlow's cell, so that it keeps at first.
 */
export const ugrnn = defineCell(`
  name: ugrnn
  source: Collins et al. 2017, arXiv:1611.09913
  init: bg = 1
  g  = sigmoid(Wg @ [h, x] + bg)
  c  = tanh(Wc @ [h, x] + bc)
  h' = g * h + (1 - g) * c
`)
