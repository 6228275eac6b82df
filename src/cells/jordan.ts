import { defineCell } from './define-cell.ts'

/**
 * Jordan's network (Jordan 1986, Serial order, ICS report 8604): what comes back is the output, not the hidden layer.
 * His decaying plan units are left out, as is usual.
 */
export const jordan = defineCell(`
  name: jordan
  source: Jordan 1986, ICS report 8604
  h  = tanh(Wh @ [y, x] + bh)
  y' = tanh(Wy @ h + by)
`)
