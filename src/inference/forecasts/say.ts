import type { Decoder, Window } from '../../data/index.ts'
import type { DistributionOf, Forecaster } from '../../models/index.ts'
import type { EngineOptions } from '../../runtime/index.ts'
import { sayDirectly } from './direct.ts'
import { settled, type Said, type SayOptions } from './said.ts'
import { sayBySampling } from './sampled.ts'

/** How each kind of model says some windows side by side. */
const ways: Readonly<
  Record<
    Decoder,
    (
      model: Forecaster,
      windows: readonly Window[],
      distributions: DistributionOf,
      options: SayOptions,
      engine: EngineOptions,
    ) => Promise<Said[]>
  >
> = { direct: sayDirectly, sampled: sayBySampling }

/** Windows that are run side by side, and paths. */
const together = 256
const pathsTogether = 25_600

/** What may be said of how windows are said. */
export interface Saying extends Partial<SayOptions> {
  /** Whether it is said as the series is, and calibrated; true. */
  readonly settle?: boolean
  readonly signal?: AbortSignal
  readonly progress?: (share: number) => void
}

/** What a model says of windows. */
export async function say(
  model: Forecaster,
  windows: readonly Window[],
  engine: EngineOptions,
  saying: Saying = {},
): Promise<Said[]> {
  const { settle = true, progress, signal, horizon = model.coding.horizon, paths = 100, seed = 0 } = saying
  const distributions = await model.loss.distributions()
  const way = ways[model.coding.decoder]
  const count = Math.max(1, Math.min(together, Math.floor(pathsTogether / paths)))
  const all: Said[] = []
  for (let from = 0; from < windows.length; from += count) {
    signal?.throwIfAborted()
    const some = windows.slice(from, from + count)
    for (const said of await way(model, some, distributions, { horizon, paths, seed }, engine)) {
      all.push(settle ? settled(model, said, model.conformal) : said)
    }
    progress?.(all.length / windows.length)
  }
  return all
}
