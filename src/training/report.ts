import type { Progress } from './events.ts'

/** Counts what a run did and how long it took, this process and those before. */
export class Report {
  readonly #before: number
  readonly #minutes: number | undefined
  readonly #total: number
  #begun: number | undefined
  #ended: number | undefined
  #positions = 0
  /** What a validation takes, as far as one knows; and whether one is still to come. */
  #validationMs: number | undefined
  #validatingSince = 0
  #toValidate: boolean
  readonly #validationPositions: number

  /** `total` updates are expected in all; `elapsedMs` went by in processes before; a validation measures so many positions. */
  constructor(options: {
    readonly total: number
    readonly minutes: number | undefined
    readonly elapsedMs: number
    readonly validationPositions: number
  }) {
    this.#validationPositions = options.validationPositions
    this.#toValidate = options.validationPositions > 0
    this.#total = options.total
    this.#minutes = options.minutes
    this.#before = options.elapsedMs
  }

  /** Training begins now. */
  begin(): void {
    this.#begun ??= performance.now()
  }

  /** The time stands still from now on. */
  end(): void {
    this.#ended ??= performance.now()
  }

  /** So many positions were trained on. */
  count(positions: number): void {
    this.#positions += positions
    this.#toValidate = this.#validationPositions > 0
  }

  /** A validation begins now, which is part of the time. */
  validating(): void {
    this.begin()
    this.#validatingSince = this.here
  }

  /** What is there was validated. */
  validated(): void {
    this.#validationMs = this.here - this.#validatingSince
    this.#toValidate = false
  }

  /** Time spent in this process, in milliseconds. */
  get here(): number {
    return this.#begun === undefined ? 0 : (this.#ended ?? performance.now()) - this.#begun
  }

  get elapsedMs(): number {
    return this.#before + this.here
  }

  /** `validating` is the share that is done of a validation under way. */
  progress(step: number, epoch: number, validating = 0): Progress {
    const { here } = this
    const unitsPerSecond = here > 0 ? (1000 * this.#positions) / here : 0
    // Before the first it is taken to be as slow as training.
    const guessed = unitsPerSecond > 0 ? (1000 * this.#validationPositions) / unitsPerSecond : 0
    const lastMs = this.#toValidate ? (this.#validationMs ?? guessed) * (1 - validating) : 0
    const elapsedMs = this.#before + here
    const bySteps = step > 0 && Number.isFinite(this.#total) ? (elapsedMs / step) * (this.#total - step) : Infinity
    const byTime = this.#minutes === undefined ? Infinity : this.#minutes * 60_000 - elapsedMs
    const left = Math.min(bySteps, byTime)
    return {
      step,
      epoch,
      unitsPerSecond,
      elapsedMs,
      ...(Number.isFinite(left) && { timeLeftMs: Math.max(0, left) + lastMs }),
    }
  }
}
