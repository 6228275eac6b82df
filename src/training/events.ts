import type { KernelTime } from '../runtime/index.ts'

export type { KernelTime }

/** After each update. */
export interface StepEvent extends Progress {
  /** Which event it is. */
  readonly event: 'step'
  /** Mean loss over the positions of this update, in nats or the loss's own unit. */
  readonly loss: number
  /** Of the whole gradient, before clipping. */
  readonly gradientNorm: number
  /** The learning rate of this update, where `rates` say nothing else. */
  readonly lr: number
}

/** From time to time during a validation that takes long. */
export interface ValidatingEvent extends Progress {
  /** Which event it is. */
  readonly event: 'validating'
  /** What part of it is done, 0 to 1. */
  readonly share: number
}

/** After each validation. */
export interface ValidationEvent extends Progress {
  /** Which event it is. */
  readonly event: 'validation'
  /** Mean training loss since the last validation. */
  readonly loss: number
  /** Mean loss of the weights of now on what is kept for validation, in the loss's own unit. */
  readonly validationLoss: number
  /** Whether this is the lowest so far. */
  readonly best: boolean
}

/** When a stored run is gone on with. */
export interface ResumeEvent extends Progress {
  /** Which event it is. */
  readonly event: 'resume'
  /** Whether what follows has the bits of a run that was never stopped; false where other kernels run now. */
  readonly identical: boolean
  /** Options that are others from here on: `optimizer.lr`, `clip`, `steps`, ... */
  readonly changed: readonly string[]
  /** The same as a sentence, with the update after which it goes on. */
  readonly message: string
}

/** At the end. */
export interface DoneEvent extends Progress {
  /** Which event it is: the last. */
  readonly event: 'done'
  /** What ended it: the limit that was reached first, `patience` where no validation was better, or `aborted` by the signal. */
  readonly reason: 'epochs' | 'steps' | 'minutes' | 'patience' | 'aborted'
  /** Of the last update; absent where none was made. */
  readonly loss?: number
  /** The lowest, whose weights the model has now; absent without validation. */
  readonly validationLoss?: number
  /** What computed it: `native`, `wasm` or `reference`, or what one's own is called. */
  readonly backend: string
  /** The machine code that ran, as `EngineOptions` names it; with the seed it determines the result. */
  readonly kernels: string
  /** How many shared the work; the result does not depend on it. */
  readonly threads: number
  /**
   * With the option `profile`: where the time since this process began to train went, the longest first. What is in no kernel is a
   * line of its own, `outside of kernels`; the lines' times add up to all there was.
   */
  readonly profile?: readonly KernelTime[]
  /**
   * With the option `profile`: floating-point operations a second that all threads together can do in registers alone, measured;
   * absent where the backend cannot say.
   */
  readonly peak?: number
}

/** What all events tell. */
export interface Progress {
  /** Updates made. */
  readonly step: number
  /** Passes over the data, as a fraction. */
  readonly epoch: number
  /** Characters, words or steps of sequences a second, since this process began to train. */
  readonly unitsPerSecond: number
  /** Milliseconds of training and validation, those of processes before a resume among them. */
  readonly elapsedMs: number
  /** Milliseconds until the first limit is reached and what is left is validated; absent where nobody knows. */
  readonly timeLeftMs?: number
}

/** What a run of `train` tells; `event` says which it is. */
export type TrainingEvent = StepEvent | ValidatingEvent | ValidationEvent | ResumeEvent | DoneEvent
