import type { TrainingRecord } from '../models/index.ts'
import type { Backend } from '../runtime/index.ts'
import type { RunProfile } from '../runtime/profile.ts'
import type { DoneEvent, Progress, ResumeEvent } from './events.ts'
import type { Standing } from './standing.ts'
import type { StoredRun } from './stored-run.ts'

/** What is said when a stored run is gone on with after an update. */
export function resumed(
  { kernels, changed }: StoredRun,
  step: number,
  { kernels: now }: Backend,
): Omit<ResumeEvent, keyof Progress> {
  const identical = kernels === now
  const message =
    `going on after update ${step}` +
    (identical ? '' : `, which ran on ${kernels}; on ${now} the bits will differ`) +
    (changed.length > 0 ? `; other from here on: ${changed.join(', ')}` : '')
  return { event: 'resume', identical, changed, message }
}

/** What is said at the end. */
export function done(
  reason: DoneEvent['reason'],
  { best, loss }: Pick<Standing, 'best' | 'loss'>,
  { name: backend, kernels, threads }: Backend,
  profile: RunProfile | undefined,
): Omit<DoneEvent, keyof Progress> {
  return {
    event: 'done',
    reason,
    ...(loss !== undefined && { loss }),
    ...(best !== undefined && { validationLoss: best }),
    backend,
    kernels,
    threads,
    ...profile,
  }
}

/** What a model's record tells of a run; nothing of one that made no update. */
export function recordOf(
  { step, best, elapsedMs }: Pick<Standing, 'step' | 'best' | 'elapsedMs'>,
  epochs: number,
  { kernels }: Backend,
  data: string,
): TrainingRecord {
  if (step === 0) return {}
  return {
    steps: step,
    epochs,
    elapsedMs: Math.round(elapsedMs),
    kernels,
    data,
    ...(best !== undefined && { validationLoss: best }),
  }
}
