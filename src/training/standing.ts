import type { ScheduleState } from './schedules/index.ts'
import type { StoppingState } from './stopping.ts'
import type { Place } from './course.ts'

/** What ends a run for good; with larger limits it may be gone on with. */
export type Ending = 'epochs' | 'steps' | 'minutes' | 'patience'

/** Where a run stands between two events: with the arrays beside it, all it takes to go on. JSON carries it unharmed. */
export interface Standing extends Place {
  /** Updates made. */
  readonly step: number
  /** Of the last update. */
  readonly loss?: number
  readonly elapsedMs: number
  /** Σ loss · weight, and Σ weight, since the last validation. */
  readonly sinceValidation: { readonly loss: number; readonly weight: number }
  readonly schedule: ScheduleState
  readonly stopping: StoppingState
  /** Whether a validation is due before the next update. */
  readonly due: boolean
  /** The update after which was last validated. */
  readonly validated?: number
  /** The validation loss of the best weights. */
  readonly best?: number
  /** What ended the run. */
  readonly ended?: Ending
}

/** Where a run begins. */
export const beginning = (schedule: ScheduleState): Standing => ({
  step: 0,
  pass: 0,
  index: 0,
  origin: 0,
  start: 0,
  end: 0,
  elapsedMs: 0,
  sinceValidation: { loss: 0, weight: 0 },
  schedule,
  stopping: { bad: 0 },
  due: false,
  validated: 0,
})

/** The standing in a file, as one to go on from: nothing has ended it. That of version 0.1.0 says nothing of what is due, and counts updates since the validation. */
export function standingFrom({ ended: _, ...stored }: Standing): Standing {
  const { loss, weight, updates } = stored.sinceValidation as { loss: number; weight?: number; updates?: number }
  const best = stored.best ?? stored.stopping.best
  const validated = stored.validated ?? (updates === 0 ? stored.step : undefined)
  return {
    ...stored,
    ...(validated !== undefined && { validated }),
    due: stored.due ?? false,
    sinceValidation: { loss, weight: weight ?? updates ?? 0 },
    ...(best !== undefined && { best }),
  }
}
