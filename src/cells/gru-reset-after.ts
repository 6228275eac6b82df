import { defineCell } from './define-cell.ts'

/**
 * GRU with the reset gate after the product (Cho et al. 2014, arXiv:1406.1078v1): the cell of PyTorch, cuDNN, Keras'
 * default and ONNX's `linear_before_reset = 1`. z keeps the old state. The two biases of those libraries are summed in r
 * and z, where nothing tells them apart; in the candidate both stay, `bn` with the input and `bu` inside the reset.
 */
export const gruResetAfter = defineCell(`
  name: gru-reset-after
  source: Cho et al. 2014, arXiv:1406.1078v1; as PyTorch, cuDNN and Keras
  r  = sigmoid(Wr @ [h, x] + br)
  z  = sigmoid(Wz @ [h, x] + bz)
  n  = tanh(Wn @ x + bn + r * (Un @ h + bu))
  h' = (1 - z) * n + z * h
`)
