import { opened, type DataSet, type Filled, type ValueRange, type WantedPort, type WantedPorts } from '../data/index.ts'
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
  const [first, second] = [portsAlong(false, wanted), portsAlong(true, wanted)]
  let before = 0
  for (let index = 0; index < all.batches; index++) {
    const batch = opened(all, 0, index)
    const most = Math.max(1, Math.floor(mostRows / batch.batch))
    /** Looks at `count` steps from step `from` on. */
    const look = (ports: WantedPorts, { from, count, fill, lengths }: Some): void => {
      const rows = count * batch.batch
      const filled = Object.fromEntries(
        Object.entries(ports).map(([name, { columns }]) => [name, new Float32Array(rows * columns)]),
      )
      fill(filled)
      for (const [name, want] of Object.entries(ports)) {
        const at = wrongIn({ batch: batch.batch, lengths }, from, filled[name]!, rows, rangeOf(want)!, want.columns)
        if (at < 0) continue
        const row = Math.floor(at / want.columns)
        const place =
          `sequence ${before + (row % batch.batch)}, step ${from + Math.floor(row / batch.batch)}, ` +
          `column ${at % want.columns} of ${name}`
        throw fail(`${place} is ${filled[name]![at]}; ${rangeText(name, want, judged)}`)
      }
    }
    for (let from = 0; from < batch.steps; from += most) {
      const count = Math.min(most, batch.steps - from)
      look(first, { from, count, fill: (into) => batch.fill(from, count, into), lengths: batch.lengths })
    }
    const { source } = batch
    if (source)
      look(second, { from: 0, count: source.steps, fill: (into) => source.fill(into), lengths: source.lengths })
    before += batch.batch
  }
}

/** Some steps of sequences side by side. */
interface Some {
  readonly from: number
  readonly count: number
  readonly fill: (into: Filled) => void
  readonly lengths: Float32Array | undefined
}

const portsAlong = (source: boolean, wanted: WantedPorts): WantedPorts =>
  Object.fromEntries(Object.entries(wanted).filter(([, { axes }]) => axes.includes('source') === source))

/**
 * Where the first number stands that is not within a range, among the first `count` rows of a batch's steps from `from` on; −1
 * where there is none. Nothing past the end of a sequence counts.
 */
export function wrongIn(
  { batch, lengths }: { readonly batch: number; readonly lengths?: Float32Array | undefined },
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
