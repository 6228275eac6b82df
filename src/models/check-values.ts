import type { DataSet, TrainingBatch, ValueRange, WantedPort, WantedPorts } from '../data/index.ts'
import type { UnrolledError } from '../error.ts'
import { rangeOf } from './target.ts'

/** Rows looked at at once. */
const mostRows = 4096

/** Looks through all of some data for a number that is not what a port wants; errs at the first. */
export function checkValues(
  data: DataSet,
  wanted: WantedPorts,
  judged: string,
  fail: (what: string) => UnrolledError,
): void {
  const all = data.whole()
  let before = 0
  for (let index = 0; index < all.batches; index++) {
    const batch = all.open(0, index)
    const most = Math.max(1, Math.floor(mostRows / batch.batch))
    for (let from = 0; from < batch.steps; from += most) {
      const count = Math.min(most, batch.steps - from)
      const rows = count * batch.batch
      const filled = Object.fromEntries(
        Object.entries(wanted).map(([name, { columns }]) => [name, new Float32Array(rows * columns)]),
      )
      batch.fill(from, count, filled)
      for (const [name, want] of Object.entries(wanted)) {
        const at = wrongIn(batch, from, filled[name]!, rows, rangeOf(want)!, want.columns)
        if (at < 0) continue
        const row = Math.floor(at / want.columns)
        const place =
          `sequence ${before + (row % batch.batch)}, step ${from + Math.floor(row / batch.batch)}, ` +
          `column ${at % want.columns} of ${name}`
        throw fail(`${place} is ${filled[name]![at]}; ${rangeText(name, want, judged)}`)
      }
    }
    before += batch.batch
  }
}

/**
 * Where the first number stands that is not within a range, among the first `count` rows of a batch's steps from `from` on; −1
 * where there is none. Nothing past the end of a sequence counts.
 */
export function wrongIn(
  { batch, lengths }: TrainingBatch,
  from: number,
  values: Float32Array,
  count: number,
  { from: low, to: high, whole = false, except }: ValueRange,
  columns = 1,
): number {
  for (let at = 0; at < count * columns; at++) {
    const value = values[at]!
    if (value >= low && value <= high && !(whole && Math.floor(value) !== value)) continue
    if (value === except) continue
    const row = Math.floor(at / columns)
    if (!lengths || from + Math.floor(row / batch) < lengths[row % batch]!) return at
  }
  return -1
}

function rangeText(name: string, want: WantedPort, judged: string): string {
  const { from, to, whole, except } = rangeOf(want)!
  if (name !== 'targets') return `the model has ${to + 1} symbols, numbered from 0 to ${to}`
  const within = whole ? `a whole number from ${from} to ${to}` : `from ${from} to ${to}`
  return `for ${judged} it must be ${except === undefined ? within : `${within}, or ${except}`}`
}
