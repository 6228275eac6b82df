import { defineCell } from './define-cell.ts'

/**
 * Independently recurrent network (Li et al. 2018, arXiv:1803.04831, section 3), rectified: each unit sees only its own
 * past, through the vector u, which begins uniform between 0 and 1 as the authors' code has it for long sequences.
 */
export const indrnn = defineCell(`
  name: indrnn
  source: Li et al. 2018, arXiv:1803.04831, section 3
  param: u = hidden
  init: u = uniform(0, 1)
  h' = relu(W @ x + u * h + b)
`)
