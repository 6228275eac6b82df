import type { WindowRows } from '../../data/index.ts'
import { chain, dropout, linear, recurrent, type Layer } from '../../layers/index.ts'
import type { ForecasterLayers } from './options.ts'

/** A recurrence over the steps, and what it says of the next one at each (Salinas et al. 2020, arXiv:1704.04110). */
export function sampledLayers(rows: WindowRows, options: ForecasterLayers, output: number): Layer {
  const { cell, hidden, layers, dropout: rate = 0 } = options
  const depth = layers ?? ([hidden].flat() as readonly number[]).length
  return chain({
    core: recurrent({
      cell,
      input: rows.columns,
      hidden,
      layers: depth,
      ...(rate > 0 && depth > 1 && { dropout: rate }),
    }),
    ...(rate > 0 && { dropout: dropout({ rate }) }),
    output: linear({ output }),
  })
}
