import type { Came } from './said.ts'

/** How often values lie in an interval, by step ahead. */
export class CoverageSums {
  readonly #inside: Float64Array
  readonly #steps: Float64Array

  constructor(horizon: number) {
    this.#inside = new Float64Array(horizon)
    this.#steps = new Float64Array(horizon)
  }

  take(low: ArrayLike<number>, high: ArrayLike<number>, { actual, missing }: Came): void {
    for (let t = 0; t < actual.length; t++) {
      if (missing?.[t]) continue
      this.#steps[t]!++
      if (low[t]! <= actual[t]! && actual[t]! <= high[t]!) this.#inside[t]!++
    }
  }

  /** The share at each step; NaN where nothing came. */
  byStep(): Float64Array {
    return this.#inside.map((inside, t) => inside / this.#steps[t]!)
  }

  /** The share of all. */
  whole(): number {
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0)
    return sum(this.#inside) / sum(this.#steps)
  }
}
