import { outputOf, type Judge, type Metric, type Model } from '../models/index.ts'
import { padded } from '../runtime/index.ts'
import type { Feed } from './feed.ts'

/** What is counted beside the loss, over all positions that count: means of metrics, and targets of one number. */
export class Tally {
  readonly #columns: number
  readonly #targetColumns: number
  readonly #metrics: readonly (readonly [string, Metric])[]
  readonly #sums: Float64Array
  readonly #of: number | undefined
  readonly #judge: Pick<Judge<unknown>, 'take'> | undefined
  #positions = 0
  /** Targets of the number that was asked for. */
  found = 0

  /** `of`: a number of which the targets are counted; `judge` looks at every position too. */
  constructor(
    model: Model,
    metrics: Readonly<Record<string, Metric>>,
    { of, judge }: { readonly of?: number; readonly judge?: Pick<Judge<unknown>, 'take'> } = {},
  ) {
    this.#columns = outputOf(model.layer).columns
    this.#targetColumns = model.targets.targets.columns
    this.#metrics = Object.entries(metrics)
    this.#sums = new Float64Array(this.#metrics.length)
    this.#of = of
    this.#judge = judge
  }

  /** Whether outputs are looked at. */
  get looks(): boolean {
    return this.#metrics.length > 0 || this.#judge !== undefined
  }

  /** Takes the first rows of a feed, and what came out for them, rows padded as device memory has them. */
  take({ weights, targets }: Feed, rows: number, output: Float32Array): void {
    const pitch = padded(this.#columns)
    for (let row = 0; row < rows; row++) {
      if (weights[row] === 0) continue
      this.#positions++
      if (targets[row * this.#targetColumns] === this.#of) this.found++
      if (!this.looks) continue
      const from = row * this.#targetColumns
      const target = targets.subarray(from, from + this.#targetColumns)
      const values = output.subarray(row * pitch, row * pitch + this.#columns)
      for (let i = 0; i < this.#metrics.length; i++) this.#sums[i]! += this.#metrics[i]![1](values, target)
      this.#judge?.take(values, target)
    }
  }

  /** The mean of each metric. */
  get means(): Record<string, number> {
    return Object.fromEntries(this.#metrics.map(([name], i) => [name, this.#sums[i]! / this.#positions]))
  }
}
