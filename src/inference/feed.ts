import type { TrainingBatch } from '../data/index.ts'
import { answersOnce, inputsByData, wantedPorts, type LossGraph, type Model } from '../models/index.ts'
import { padded, type Runner } from '../runtime/index.ts'
import { checkSymbols, clearPast, noRows, withPads, type FedRows } from './fed-rows.ts'
import { SourceFeed } from './source-feed.ts'

/**
 * What the graph for a batch has beside inputs: lengths of sequences and of second ones, and marks where new ones begin. One graph
 * serves all batches alike.
 */
export interface Kind {
  readonly lengths: boolean
  readonly starts: boolean
  readonly sourceLengths: boolean
}

/** What of a graph is fed. */
export type Fed = Pick<LossGraph, 'inputs' | 'targets' | 'weights' | 'lengths' | 'sourceLengths' | 'starts'>

const either = [false, true]
const kinds: readonly Kind[] = either.flatMap((sourceLengths) =>
  either.flatMap((starts) => either.map((lengths) => ({ lengths, starts, sourceLengths }))),
)

/** The kind of a batch: the same object for all that are alike. */
export const kindOf = ({ lengths, starts = false, source }: TrainingBatch): Kind =>
  kinds[Number(lengths !== undefined) + 2 * Number(starts) + 4 * Number(source?.lengths !== undefined)]!

/** What programs of a kind are called. */
export const namedBy = (name: string, { lengths, starts, sourceLengths }: Kind): string =>
  [
    name,
    ...(lengths ? ['with lengths'] : []),
    ...(starts ? ['with starts'] : []),
    ...(sourceLengths ? ['with lengths of sources'] : []),
  ].join(' ')

/** Rows of steps, or of sequences. */
interface Rows extends FedRows {
  /** Whether there is one row a sequence: that of its first step here, of targets that of its last. */
  readonly once: boolean
}

/**
 * Steps of a batch on their way to the device: inputs, targets, what each row counts, and what is left of each sequence. Makes
 * no array while batches are as large as before.
 */
export class Feed {
  readonly #inputs: readonly (Rows & { readonly input: string })[]
  readonly #targets: Rows
  readonly #weight: Model['loss']['weight']
  /** What data fills: rows `[time, batch]` of each port; and the same with `weights`, with `starts` and with both, of data that has them. */
  readonly #into: readonly Record<string, Float32Array>[] = [{}, {}, {}, {}]
  readonly #filled = this.#into[0]!
  /** What each row of the targets counts: `[time, batch]`, or `[batch]` of a model that answers once. */
  weights = noRows
  /** How many of them count at all. */
  positions = 0
  /** Where new sequences begin inside rows, `[time, batch]`. */
  starts = noRows
  /** Whether there are any. */
  begun = false
  /** What the data says each step counts. */
  #given = noRows
  /** Steps of each sequence. */
  left = noRows
  #rows = 0
  /** Second sequences. */
  readonly source: SourceFeed

  constructor(model: Model) {
    const wanted = wantedPorts(model)
    const rows = (name: string): Rows => {
      const port = wanted[name]!
      return { name, port, once: !port.axes.includes('time'), rows: noRows, padded: noRows }
    }
    this.#inputs = [...inputsByData(model.inputs)]
      .filter(([given]) => !wanted[given]!.axes.includes('source'))
      .map(([given, input]) => ({ ...rows(given), input }))
    this.source = new SourceFeed(model)
    this.#targets = { ...rows('targets'), once: answersOnce(model) }
    this.#weight = model.loss.weight?.bind(model.loss)
  }

  /** Steps of sequences that find room. */
  get rows(): number {
    return this.#rows
  }

  /** What goes in, by the model's names: rows without pads, and whether there is one a sequence. */
  get inputs(): readonly { readonly input: string; readonly rows: Float32Array; readonly once: boolean }[] {
    return this.#inputs
  }

  /** Rows of targets, without pads; zero where nothing counts. */
  get targets(): Float32Array {
    return this.#targets.rows
  }

  /**
   * How far the axes of a program go over so many steps of a batch.
   * @throws UnrolledError `data` for a batch without the second sequences that the model reads.
   */
  extents(runner: Runner, steps: number, batch: TrainingBatch): ReturnType<Runner['extents']> {
    this.source.check(batch)
    return runner.extents(steps, batch.batch, batch.source?.steps)
  }

  /** Sees to room for so many steps of so many sequences. */
  reserve(steps: number, batch: number): void {
    const rows = steps * batch
    if (this.left.length === batch && this.#rows === rows) return
    this.#rows = rows
    this.left = new Float32Array(batch)
    for (const part of [...this.#inputs, this.#targets]) {
      const { columns } = part.port
      const filled = new Float32Array(rows * columns)
      this.#filled[part.name] = filled
      part.rows = part.once ? new Float32Array(batch * columns) : filled
      part.padded =
        padded(columns) === columns ? part.rows : new Float32Array((part.rows.length / columns) * padded(columns))
    }
    this.weights = new Float32Array(this.#targets.once ? batch : rows)
    this.#given = new Float32Array(rows)
    this.starts = new Float32Array(rows)
    const [, weighted, started, both] = this.#into
    Object.assign(weighted!, this.#filled, { weights: this.#given })
    Object.assign(started!, this.#filled, { starts: this.starts })
    Object.assign(both!, weighted, started)
  }

  /**
   * Takes `count` steps of a batch from step `from` on, of which those from step `counted` on count; gives the sum of what they
   * count. Where nothing counts targets become zero, which is a legal target of every loss.
   * @throws UnrolledError `data` for numbers of symbols that there are not: a table is read at whatever row is asked for.
   */
  take(batch: TrainingBatch, from: number, count: number, counted = from): number {
    const { lengths, steps, weighted = false, starts = false } = batch
    batch.fill(from, count, this.#into[Number(weighted) + 2 * Number(starts)]!)
    this.begun = starts
    for (let b = 0; b < batch.batch; b++) {
      this.left[b] = Math.max(0, Math.min(count, (lengths ? lengths[b]! : steps) - from))
    }
    this.source.take(batch)
    for (const part of this.#inputs) this.#settle(part, batch, from, count)
    this.#settle(this.#targets, batch, from, count)
    const { once } = this.#targets
    if (!once && !lengths && !weighted && !this.#weight && counted <= from) return this.#all(count * batch.batch)
    this.positions = 0
    let sum = 0
    for (let t = 0; t < (once ? 1 : count); t++) {
      for (let b = 0; b < batch.batch; b++) {
        const length = lengths ? lengths[b]! : steps
        const step = once ? length - 1 - from : t
        const counts = step >= 0 && step < Math.min(count, length - from) && from + step >= counted
        sum += this.#count(t * batch.batch + b, step * batch.batch + b, counts, weighted)
      }
    }
    return sum
  }

  /** Multiplies what each row counts. */
  share(factor: number): void {
    for (let i = 0; i < this.weights.length; i++) this.weights[i]! *= factor
  }

  /** Writes what was taken. */
  put(runner: Runner, graph: Fed): void {
    const { inputs, targets, weights, lengths, starts } = graph
    this.source.put(runner, graph)
    for (const part of this.#inputs) runner.put(inputs[part.input]!, withPads(part))
    runner.put(targets, withPads(this.#targets))
    runner.put(weights, this.weights)
    if (lengths) runner.put(lengths, this.left)
    if (starts) runner.put(starts, this.starts)
  }

  /** Makes zero what lies past the end of a sequence, holds symbols against how many there are, and picks what is once a sequence. */
  #settle(part: Rows, batch: TrainingBatch, from: number, count: number): void {
    const { name, port, once, rows } = part
    const { columns } = port
    const filled = this.#filled[name]!
    if (batch.lengths) clearPast(filled, columns, this.left, count)
    checkSymbols(part, filled, batch, from, count)
    if (once && part !== this.#targets) rows.set(filled.subarray(0, rows.length))
  }

  /** So many rows count, and alike. */
  #all(rows: number): number {
    this.weights.fill(1, 0, rows)
    this.positions = rows
    return rows
  }

  /** Says what a row of the targets counts, whose target is that of row `from` of the steps. */
  #count(row: number, from: number, counts: boolean, weighted: boolean): number {
    const { rows, port, once } = this.#targets
    const { columns } = port
    const steps = this.#filled['targets']!
    const given = weighted ? this.#given[from]! : 1
    const weight = counts ? given * (this.#weight?.(steps, from * columns) ?? 1) : 0
    if (weight === 0) rows.fill(0, row * columns, (row + 1) * columns)
    else if (once) for (let c = 0; c < columns; c++) rows[row * columns + c] = steps[from * columns + c]!
    this.weights[row] = weight
    if (weight !== 0) this.positions++
    return weight
  }
}
