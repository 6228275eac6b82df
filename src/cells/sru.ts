import { defineCell } from './define-cell.ts'

/**
 * Simple recurrent unit (Lei et al. 2018, arXiv:1709.02755, equations 1–4): gates see the old cell only element by
 * element, so that no product stays in the loop. The highway's x goes through a matrix of its own, as in the authors'
 * code where input and hidden differ; the scaling of section 3.3 is left out.
 */
export const sru = defineCell(`
  name: sru
  source: Lei et al. 2018, arXiv:1709.02755, equations 1-4
  param: vf = hidden, vr = hidden
  f  = sigmoid(Wf @ x + vf * c + bf)
  r  = sigmoid(Wr @ x + vr * c + br)
  c' = f * c + (1 - f) * (W @ x)
  y  = r * c' + (1 - r) * (Wx @ x)
`)
