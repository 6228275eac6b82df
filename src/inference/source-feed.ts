import type { TrainingBatch } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { inputsByData, wantedPorts, type LossGraph, type Model } from '../models/index.ts'
import { padded, type Runner } from '../runtime/index.ts'
import { checkSymbols, clearPast, noRows, withPads, type FedRows } from './fed-rows.ts'

/** Second sequences of a batch on their way to the device: the inputs along the axis `source`. */
export class SourceFeed {
  readonly #inputs: readonly (FedRows & { readonly input: string })[]
  readonly #filled: Record<string, Float32Array> = {}
  /** Steps of each. */
  lengths = noRows
  /** Steps of the longest. */
  steps = 1
  #rows = 0

  constructor(model: Model) {
    const wanted = wantedPorts(model)
    this.#inputs = [...inputsByData(model.inputs)]
      .filter(([name]) => wanted[name]!.axes.includes('source'))
      .map(([name, input]) => ({ name, input, port: wanted[name]!, rows: noRows, padded: noRows }))
  }

  /** What goes in, by the model's names: rows without pads. */
  get inputs(): readonly { readonly input: string; readonly rows: Float32Array }[] {
    return this.#inputs
  }

  /** Refuses a batch without the second sequences that the model reads. */
  check({ source, starts = false }: TrainingBatch): void {
    const [first] = this.#inputs
    if (!first) return
    const { name } = first
    if (!source)
      throw new UnrolledError('data', `${name} is along the axis source, but the batch has no second sequences`)
    if (starts) {
      throw new UnrolledError('data', `${name} is one second sequence a row, but several sequences begin inside rows`)
    }
  }

  /**
   * Takes all steps of a batch's second sequences, where any are read. Makes no array while they are as many as before.
   * @throws UnrolledError `data` for numbers of symbols that there are not.
   */
  take({ batch, source }: TrainingBatch): void {
    if (this.#inputs.length === 0 || !source) return
    const { steps, lengths } = source
    this.steps = steps
    this.#reserve(steps, batch)
    if (lengths) this.lengths.set(lengths)
    else this.lengths.fill(steps)
    source.fill(this.#filled)
    for (const part of this.#inputs) {
      clearPast(part.rows, part.port.columns, this.lengths, steps)
      checkSymbols(part, part.rows, { batch, lengths: this.lengths }, 0, steps)
    }
  }

  /** Writes what was taken. */
  put(runner: Runner, { inputs, sourceLengths }: Pick<LossGraph, 'inputs' | 'sourceLengths'>): void {
    for (const part of this.#inputs) runner.put(inputs[part.input]!, withPads(part))
    if (sourceLengths) runner.put(sourceLengths, this.lengths)
  }

  #reserve(steps: number, batch: number): void {
    const rows = steps * batch
    if (this.lengths.length === batch && this.#rows === rows) return
    this.#rows = rows
    this.lengths = new Float32Array(batch)
    for (const part of this.#inputs) {
      const { columns } = part.port
      part.rows = this.#filled[part.name] = new Float32Array(rows * columns)
      part.padded = padded(columns) === columns ? part.rows : new Float32Array(rows * padded(columns))
    }
  }
}
