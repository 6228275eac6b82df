import type { WindowRows } from '../../data/index.ts'
import { chain, dropout, linear, recurrent, type Layer } from '../../layers/index.ts'
import { stepping } from '../stepping.ts'
import type { ForecasterLayers } from './options.ts'

/** A recurrence over the steps, and what it says of the next one at each (Salinas et al. 2020, arXiv:1704.04110). */
export function sampledLayers(rows: WindowRows, options: ForecasterLayers, output: number): Layer {
  const { dropout: rate = 0 } = options
  return chain({
    core: recurrent({ ...stepping(options), input: rows.columns }),
    ...(rate > 0 && { dropout: dropout({ rate }) }),
    output: linear({ output }),
  })
}
