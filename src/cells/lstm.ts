import { defineCell } from './define-cell.ts'

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997) with the forget gate of Gers et al. 2000, without peepholes:
 * the equations of PyTorch, Keras, cuDNN and ONNX, gates in PyTorch's order i, f, g, o.
 * The forget bias begins at 1 (Jozefowicz et al. 2015), as in Keras; PyTorch begins it near 0.
 */
export const lstm = defineCell(`
  name: lstm
  source: Hochreiter & Schmidhuber 1997; Gers et al. 2000; forget bias 1 as in Jozefowicz et al. 2015
  init: bf = 1
  i  = sigmoid(Wi @ [h, x] + bi)
  f  = sigmoid(Wf @ [h, x] + bf)
  g  = tanh(Wg @ [h, x] + bg)
  o  = sigmoid(Wo @ [h, x] + bo)
  c' = f * c + i * g
  h' = o * tanh(c')
`)
