import type { Description } from '../../options.ts'

/** What a schedule remembers between validations; empty for most. JSON carries it unharmed. */
export type ScheduleState = Readonly<Record<string, number>>

/** How the learning rate goes through a run. A value: what changes during a run is in the state that is handed through. */
export interface Schedule extends Description {
  /** The state at the start of a run. */
  readonly initial: ScheduleState
  /**
   * The learning rate of update number `step`, counted from 1, after `epoch` passes over the data (may be a fraction),
   * in a run of `total` updates (Infinity where nobody knows).
   */
  lr(step: number, epoch: number, total: number, state?: ScheduleState): number
  /** Whether it goes by validation losses, so that a run without validation is a mistake. */
  readonly needsValidation?: boolean
  /** The state after a validation. */
  observe(state: ScheduleState, validationLoss: number): ScheduleState
}

const nothing: ScheduleState = Object.freeze({})

/** A schedule that validations do not touch. */
export const stateless = (description: Description, lr: Schedule['lr']): Schedule => ({
  ...description,
  initial: nothing,
  lr,
  observe: (state) => state,
})
