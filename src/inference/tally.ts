import type { Row } from '../data/index.ts'
import {
  answersOnce,
  lossParameters,
  outputOf,
  type Decoded,
  type Judge,
  type Labelling,
  type Metric,
  type Model,
  type RowPlace,
} from '../models/index.ts'
import { padded } from '../runtime/index.ts'
import type { Feed } from './feed.ts'

/** What a loss that decodes sequences says of a step; or of a sequence, where that is judged as one. */
type Said = Decoded & Partial<Labelling>

/** What is counted beside the loss, over all positions that count: means of metrics, and targets of one number. */
export class Tally {
  readonly #model: Model
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
    this.#model = model
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

  /**
   * Takes the first rows of a feed, and what came out for them, rows padded as device memory has them; `first` is the place of its
   * first row.
   */
  async take(feed: Feed, rows: number, output: Float32Array, first: RowPlace): Promise<void> {
    const { weights, targets } = feed
    const batch = feed.left.length
    const pitch = padded(this.#columns)
    const rowAt = (row: number): Row => output.subarray(row * pitch, row * pitch + this.#columns)
    const decoded = this.looks ? await this.#decoded(feed, rowAt) : undefined
    for (let row = 0; row < rows; row++) {
      if (weights[row] === 0) continue
      this.#positions++
      if (targets[row * this.#targetColumns] === this.#of) this.found++
      if (!this.looks) continue
      const from = row * this.#targetColumns
      const target = targets.subarray(from, from + this.#targetColumns)
      const values = rowAt(row)
      const said = decoded?.[row]
      for (let i = 0; i < this.#metrics.length; i++) this.#sums[i]! += this.#metrics[i]![1](values, target, said)
      this.#judge?.take(values, target, said, {
        sequence: first.sequence + (row % batch),
        step: first.step + Math.floor(row / batch),
      })
    }
  }

  /** What a loss that decodes sequences says of each row; such a loss has them whole. */
  async #decoded(feed: Feed, rowAt: (row: number) => Row): Promise<Said[] | undefined> {
    const { loss } = this.#model
    if (!loss.decodeSequence) return undefined
    const own = lossParameters(this.#model)
    const batch = feed.left.length
    const once = answersOnce(this.#model)
    const decoded: Said[] = []
    for (let b = 0; b < batch; b++) {
      const places = Array.from({ length: feed.left[b]! }, (_, t) => t * batch + b)
      for (const sequence of sequencesIn(places, feed)) {
        const { labellings, steps = [] } = await loss.decodeSequence(sequence.map(rowAt), own)
        if (once) decoded[b] = labellings[0]!
        steps.forEach((said, t) => (decoded[sequence[t]!] = said))
      }
    }
    return decoded
  }

  /** The mean of each metric. */
  get means(): Record<string, number> {
    return Object.fromEntries(this.#metrics.map(([name], i) => [name, this.#sums[i]! / this.#positions]))
  }
}

/** The places of the sequences in a row, where new ones begin inside. */
function sequencesIn(places: readonly number[], { begun, starts }: Feed): number[][] {
  const sequences: number[][] = []
  for (const [t, place] of places.entries()) {
    if (t === 0 || (begun && starts[place] !== 0)) sequences.push([])
    sequences.at(-1)!.push(place)
  }
  return sequences
}
