import { defineCell } from './define-cell.ts'

/** Elman's network with logistic units, as he trained it (Elman 1990, Finding structure in time, Cognitive Science 14). */
export const rnnSigmoid = defineCell(`
  name: rnn-sigmoid
  source: Elman 1990, Cognitive Science 14(2)
  h' = sigmoid(W @ [h, x] + b)
`)
