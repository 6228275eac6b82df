import { padded } from '../runtime/index.ts'
import type { Feed } from './feed.ts'
import type { Surprise } from './surprise.ts'

/** Steps of a sequence, as they come in. */
interface Sofar {
  readonly steps: number[]
  /** The first number of each target. */
  readonly targets: number[]
}

/** A number a row is padded to this. */
const pitch = padded(1)

/** Collects what each step loses, sequence by sequence. */
export class Surprises {
  readonly #name: ((target: number) => string) | undefined
  readonly #targetColumns: number
  readonly found: Surprise[] = []
  #rows: Sofar[][] = []

  /** `name` says what a target is, where that is wanted too. */
  constructor(targetColumns: number, name?: (target: number) => string) {
    this.#targetColumns = targetColumns
    this.#name = name
  }

  /** Floats of a row of losses. */
  get pitch(): number {
    return pitch
  }

  /** Takes the rows of a feed, and the loss of each; `begins`: whether a new batch begins with them. */
  take({ left, weights, targets, starts, begun }: Feed, rows: number, begins: boolean, losses: Float32Array): void {
    const batch = left.length
    if (begins) {
      this.end()
      this.#rows = Array.from({ length: batch }, () => [none()])
    }
    for (let row = 0; row < rows; row++) {
      const here = this.#rows[row % batch]!
      // A mark at the very first step of a row begins what has begun.
      if (begun && starts[row] !== 0 && !(begins && row < batch)) here.push(none())
      if (weights[row] === 0) continue
      const { steps, targets: seen } = here.at(-1)!
      steps.push(losses[row * pitch]!)
      if (this.#name) seen.push(targets[row * this.#targetColumns]!)
    }
  }

  /** Ends the sequences that are under way. */
  end(): void {
    const name = this.#name
    for (const { steps, targets } of this.#rows.flat()) {
      const total = steps.reduce((sum, step) => sum + step, 0)
      this.found.push({
        total,
        mean: total / Math.max(1, steps.length),
        steps: Float32Array.from(steps),
        ...(name && { symbols: targets.map(name) }),
      })
    }
    this.#rows = []
  }
}

const none = (): Sofar => ({ steps: [], targets: [] })
