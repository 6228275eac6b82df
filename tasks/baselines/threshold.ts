import { f1 } from './scores.ts'

/** Steps of some quantities, and which are to be found. */
export interface Steps {
  /** `[step][quantity]` */
  readonly x: readonly (readonly number[])[]
  readonly found: readonly boolean[]
}

/** Says yes where one quantity is over a threshold: the quantity and the threshold that are best (F1) on steps for training. */
export function threshold(training: Steps): (x: readonly number[]) => boolean {
  const is = training.found.map(String)
  const candidates = training.x[0]!.flatMap((_, quantity) => {
    const values = training.x.map((row) => row[quantity]!).sort((a, b) => a - b)
    // Of what is rare the threshold lies among the highest values; a percent of them is looked at closely.
    const marks = [...Array(200).keys()].map((i) => (i < 100 ? i / 100 : 0.99 + (i - 100) / 1e4))
    return marks.map((mark) => ({ quantity, over: values[Math.floor(mark * (values.length - 1))]! }))
  })
  const scored = candidates.map((one) => {
    const said = training.x.map((row) => String(row[one.quantity]! > one.over))
    return { ...one, score: f1(is, said, 'true') }
  })
  const best = scored.reduce((best, one) => (one.score > best.score ? one : best))
  return (row) => row[best.quantity]! > best.over
}
