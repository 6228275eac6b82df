import type { Progress } from './events.ts'

/** Counts what a run did and how long it took, this process and those before. */
export class Report {
  readonly #before: number
  readonly #minutes: number | undefined
  readonly #total: number
  #begun: number | undefined
  #ended: number | undefined
  #positions = 0

  /** `total` updates are expected in all; `elapsedMs` went by in processes before. */
  constructor(options: { readonly total: number; readonly minutes: number | undefined; readonly elapsedMs: number }) {
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
  }

  /** Time spent in this process, in milliseconds. */
  get here(): number {
    return this.#begun === undefined ? 0 : (this.#ended ?? performance.now()) - this.#begun
  }

  get elapsedMs(): number {
    return this.#before + this.here
  }

  progress(step: number, epoch: number): Progress {
    const { here } = this
    const elapsedMs = this.#before + here
    const bySteps = step > 0 && Number.isFinite(this.#total) ? (elapsedMs / step) * (this.#total - step) : Infinity
    const byTime = this.#minutes === undefined ? Infinity : this.#minutes * 60_000 - elapsedMs
    const left = Math.min(bySteps, byTime)
    return {
      step,
      epoch,
      unitsPerSecond: here > 0 ? (1000 * this.#positions) / here : 0,
      elapsedMs,
      ...(Number.isFinite(left) && { timeLeftMs: Math.max(0, left) }),
    }
  }
}
