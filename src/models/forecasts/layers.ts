import type { Decoder, WindowRows } from '../../data/index.ts'
import type { Layer } from '../../layers/index.ts'
import { directLayers } from './direct-layers.ts'
import type { ForecasterLayers } from './options.ts'
import { sampledLayers } from './sampled-layers.ts'

/** The layers of each way of saying a horizon: they give `output` numbers for a step along time. */
const kinds: Readonly<Record<Decoder, (rows: WindowRows, options: ForecasterLayers, output: number) => Layer>> = {
  direct: directLayers,
  sampled: sampledLayers,
}

/** The layers of a forecaster. */
export const forecastLayers = (decoder: Decoder, rows: WindowRows, options: ForecasterLayers, output: number): Layer =>
  kinds[decoder](rows, options, output)
