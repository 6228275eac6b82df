import type { WantedPort } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { rangeOf, wrongIn } from '../models/index.ts'
import { padRows } from '../runtime/index.ts'

/** Rows of a port on their way to the device. */
export interface FedRows {
  /** What the data calls it. */
  readonly name: string
  readonly port: WantedPort
  /** As the program wants them, without pads and with them; where nothing is padded it is one array. */
  rows: Float32Array
  padded: Float32Array
}

export const noRows = new Float32Array(0)

/** Makes zero what lies past the ends of sequences side by side, of which so many of `steps` steps are left. */
export function clearPast(rows: Float32Array, columns: number, left: Float32Array, steps: number): void {
  const batch = left.length
  for (let b = 0; b < batch; b++) {
    for (let t = left[b]!; t < steps; t++) rows.fill(0, (t * batch + b) * columns, (t * batch + b + 1) * columns)
  }
}

/**
 * Holds numbers of symbols, from step `from` on, against how many there are: a table is read at whatever row is asked for.
 * @throws UnrolledError `data` for those that there are not.
 */
export function checkSymbols(
  { name, port }: FedRows,
  filled: Float32Array,
  sequences: { readonly batch: number; readonly lengths?: Float32Array | undefined },
  from: number,
  count: number,
): void {
  if (port.symbols === undefined) return
  const { batch } = sequences
  const range = rangeOf(port)!
  const at = wrongIn(sequences, from, filled, count * batch, range)
  if (at < 0) return
  throw new UnrolledError(
    'data',
    `${name} is ${filled[at]} at step ${from + Math.floor(at / batch)} of sequence ${at % batch} of the batch; ` +
      `it must be a whole number from ${range.from} to ${range.to}`,
  )
}

export function withPads({ rows, padded, port }: FedRows): Float32Array {
  if (padded !== rows) padRows(rows, port.columns, padded)
  return padded
}
