import { defineCell } from './define-cell.ts'

/**
 * The recurrent network of the lecture (Oliveira, Recurrent Neural Networks, "Recurrent Neural Network Architecture"):
 * s_t = tanh(U x_t + W s_{t−1}), o_t = tanh(V s_t). No biases.
 */
export const lecture = defineCell(`
  name: lecture
  source: Oliveira, Recurrent Neural Networks (lecture), IFCE
  s' = tanh(U @ x + W @ s)
  y  = tanh(V @ s')
`)
