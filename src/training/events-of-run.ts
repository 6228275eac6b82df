import type { Model } from '../models/index.ts'
import type { TrainingEvent } from './events.ts'
import type { Left } from './left.ts'
import { LiveModel } from './live-model.ts'
import type { Settings } from './options.ts'
import type { RunData } from './parts.ts'
import { Run } from './run.ts'
import { Saving } from './saving.ts'

/**
 * The events of a run, from taking model and store to giving them back. Where the loop that takes them breaks, the run ends as it
 * is; where the run fails, nothing is written any more.
 */
export async function* eventsOfRun(
  model: Model,
  parts: RunData,
  settings: Settings,
  left: Left,
): AsyncGenerator<TrainingEvent, void, undefined> {
  const live = new LiveModel(model)
  let saving: Saving | undefined
  let run: Run | undefined
  let failed = false
  const release = (): Promise<void> | undefined => {
    live.release()
    run?.dispose()
    return saving?.close()
  }
  left.release = () => void release()
  try {
    const { checkpoint } = settings
    saving = checkpoint && (await Saving.open(checkpoint, settings))
    run = await Run.begin(live, parts, settings, saving)
    yield* run.events()
  } catch (error) {
    failed = true
    throw error
  } finally {
    try {
      if (!failed) await run?.end('broken')
    } finally {
      delete left.release
      await release()
    }
  }
}
