import { defineCell } from './define-cell.ts'

/** Simple recurrent network (Elman 1990, Finding structure in time, Cognitive Science 14), with tanh. */
export const rnn = defineCell(`
  name: rnn
  source: Elman 1990, Cognitive Science 14(2)
  h' = tanh(W @ [h, x] + b)
`)
