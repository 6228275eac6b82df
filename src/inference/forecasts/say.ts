import type { Forecaster } from '../../models/index.ts'
import type { EngineOptions } from '../../runtime/index.ts'
import { sayDirectly } from './direct.ts'
import { settle, type Said, type Window } from './said.ts'

/** Windows that are run side by side. */
const together = 256

/** What a model says of windows; `settled` is whether that is calibrated and kept as its series is. */
export async function say(
  model: Forecaster,
  windows: readonly Window[],
  engine: EngineOptions,
  { settled = true, progress }: { readonly settled?: boolean; readonly progress?: (share: number) => void } = {},
): Promise<Said[]> {
  const distributions = await model.loss.distributions()
  const all: Said[] = []
  for (let from = 0; from < windows.length; from += together) {
    const some = windows.slice(from, from + together)
    for (const said of await sayDirectly(model, some, distributions, engine)) {
      if (settled) settle(model, said)
      all.push(said)
    }
    progress?.(all.length / windows.length)
  }
  return all
}
