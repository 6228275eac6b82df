import { defineCell } from './define-cell.ts'

/**
 * LSTM with peepholes (Gers & Schmidhuber 2000, Recurrent nets that time and count; Graves 2013, arXiv:1308.0850,
 * equations 7–11): input and forget gate see the old cell, the output gate the new one, each through its own vector.
 * Peepholes begin at 0, the forget bias at 1.
 */
export const lstmPeephole = defineCell(`
  name: lstm-peephole
  source: Gers & Schmidhuber 2000; Graves 2013, arXiv:1308.0850, equations 7-11
  init: bf = 1
  param: pi = hidden, pf = hidden, po = hidden
  i  = sigmoid(Wi @ [h, x] + pi * c + bi)
  f  = sigmoid(Wf @ [h, x] + pf * c + bf)
  g  = tanh(Wg @ [h, x] + bg)
  o  = sigmoid(Wo @ [h, x] + po * c' + bo)
  c' = f * c + i * g
  h' = o * tanh(c')
`)
