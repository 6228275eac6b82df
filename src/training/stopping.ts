import { checkNumber } from '../options.ts'

/** What early stopping remembers between validations. JSON carries it unharmed. */
export interface StoppingState {
  /** The lowest validation loss so far; absent before the first. */
  readonly best?: number
  /** Validations since then. */
  readonly bad: number
}

export interface Stopping {
  /** Its options by name, null where none is given. */
  readonly options: { readonly patience: number | null; readonly minDelta: number }
  readonly initial: StoppingState
  /** Whether a validation loss is lower than the best so far, by enough to count. */
  improves(best: number | undefined, validationLoss: number): boolean
  /** The state after a validation. */
  observe(state: StoppingState, validationLoss: number): StoppingState
  /** Whether it is time to stop. */
  over(state: StoppingState): boolean
}

/**
 * Stops after `patience` validations in a row that are not lower than the best by more than `minDelta`. Without
 * `patience` it never stops and only says which validation was the best.
 */
export function earlyStopping(options: { readonly patience?: number; readonly minDelta?: number } = {}): Stopping {
  const { patience } = options
  if (patience !== undefined) checkNumber('train', 'patience', patience, { from: 1, whole: true })
  const minDelta = checkNumber('train', 'minDelta', options.minDelta ?? 0, { from: 0 })
  const improves = (best: number | undefined, loss: number): boolean => loss < (best ?? Infinity) - minDelta
  return {
    options: { patience: patience ?? null, minDelta },
    initial: { bad: 0 },
    improves,
    observe: (state, loss) => (improves(state.best, loss) ? { best: loss, bad: 0 } : { ...state, bad: state.bad + 1 }),
    over: ({ bad }) => patience !== undefined && bad >= patience,
  }
}

/** How long a run may be; what is absent limits nothing. */
export interface LimitOptions {
  readonly epochs?: number
  readonly steps?: number
  readonly minutes?: number
}

export interface Limits {
  /** Its options by name, null where none is given. */
  readonly options: { readonly [Name in keyof LimitOptions]-?: number | null }
  /** Updates of the whole run, given the updates of one pass over the data; Infinity where only time limits it. */
  total(stepsPerEpoch: number): number
  /** The limit reached after `steps` updates, `epochs` passes over the data (may be a fraction), `elapsedMs` of training. */
  reached(steps: number, epochs: number, elapsedMs: number): 'steps' | 'epochs' | 'minutes' | undefined
}

/** Limits a run by passes over the data, updates or minutes, whichever comes first. */
export function limits(options: LimitOptions): Limits {
  const { epochs, steps, minutes } = options
  if (epochs !== undefined) checkNumber('train', 'epochs', epochs, { above: 0 })
  if (steps !== undefined) checkNumber('train', 'steps', steps, { from: 0, whole: true })
  if (minutes !== undefined) checkNumber('train', 'minutes', minutes, { above: 0 })
  return {
    options: { epochs: epochs ?? null, steps: steps ?? null, minutes: minutes ?? null },
    total: (stepsPerEpoch) =>
      Math.min(steps ?? Infinity, epochs === undefined ? Infinity : Math.ceil(epochs * stepsPerEpoch)),
    reached(made, passed, elapsedMs) {
      if (steps !== undefined && made >= steps) return 'steps'
      if (epochs !== undefined && passed >= epochs) return 'epochs'
      if (minutes !== undefined && elapsedMs >= minutes * 60_000) return 'minutes'
      return undefined
    },
  }
}
