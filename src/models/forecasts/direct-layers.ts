import type { WindowRows } from '../../data/index.ts'
import {
  activation,
  chain,
  dropout,
  encoderDecoder,
  linear,
  parallelDecoder,
  recurrent,
  type Layer,
  type OpenLayer,
} from '../../layers/index.ts'
import { checkNumber } from '../../options.ts'
import { outputOf } from '../model.ts'
import { stepping } from '../stepping.ts'
import type { ForecasterLayers } from './options.ts'

/**
 * Segments of the context, each through a linear layer and relu, are read by a recurrence; from where it ends every segment of the
 * horizon is said at once, by one more step of a cell that is told which one it is (Lin et al. 2023, arXiv:2308.11200).
 */
export function directLayers(rows: WindowRows, options: ForecasterLayers, output: number): Layer {
  const { hidden, dropout: rate = 0 } = options
  const width = checkNumber('forecaster', 'hidden', ([hidden].flat() as number[])[0], { from: 1, whole: true })
  const core = stepping(options)
  const dropped: Record<string, OpenLayer> = rate > 0 ? { dropout: dropout({ rate }) } : {}
  const read = chain({
    enter: linear({ input: rows.source!.columns, output: width, axis: 'source' }),
    relu: activation({ name: 'relu' }),
    core: recurrent({ ...core, gives: 'final output' }),
  })
  const said = chain({
    enter: linear({ input: rows.columns, output: width }),
    core: parallelDecoder({ ...core, start: outputOf(read).columns }),
    ...dropped,
    output: linear({ output }),
  })
  return encoderDecoder({ encoder: read, decoder: said })
}
