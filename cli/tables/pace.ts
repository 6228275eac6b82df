import type { DataSet } from 'unrolled'
import { usualBatch, usualValidation, type Pace } from '../build-run.ts'
import { number, type Options } from '../command.ts'

/** How fast a run goes over rows; what is held out validates, and ends it. */
export function paceOf(options: Options, { count }: DataSet, held: DataSet | undefined): Pace {
  const batch = number(options, 'batch') ?? usualBatch(count)
  const updates = Math.floor(count / (batch * (number(options, 'accumulate') ?? 1)))
  return {
    batch,
    // An epoch of few rows has too few updates to tell better from worse.
    validateEvery: Math.max(fewestUpdates, Math.min(usualValidation, updates)),
    validation: held ?? 0,
    ...(held && { patience: usualPatience }),
  }
}

const fewestUpdates = 25
const usualPatience = 10
