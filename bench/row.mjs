import { characters, operations } from './cases.mjs'
import { median } from './statistics.mjs'

/** Losses kept for the comparison. */
const keptLosses = 300

/**
 * What one contender did in one case; where it could not, `reason` says why. A turn is one of the case's steps; `msPerTurn` is the
 * median of the rounds. `gigaflops` goes by the operations of the equations, or is what was measured: then it or `gigabytes`
 * stands between `slowest` and `fastest`. `check` is the cross-entropy of the logits that inference gave.
 * @typedef {{ case: string, kind: string, series: string, peer: string, label: string, ours: boolean, threads: number,
 *   precision?: string, reason?: string, about?: Record<string, unknown>, msPerTurn?: number, fastestMs?: number,
 *   slowestMs?: number, charactersPerSecond?: number, operations: number, gigaflops?: number, productGigaflops?: number,
 *   share?: number, rounds?: number, turns?: number, losses?: (number | string)[], check?: number, gigabytes?: number,
 *   times?: number[], slowest?: number, fastest?: number, form?: string, rows?: number }} Row
 */

/** Who, and in which case. */
export const rowBase = (
  /** @type {import('./cases.mjs').Case} */ c,
  /** @type {{ peer: string, label: string, ours: boolean, threads: number, precision?: string }} */ contender,
) => {
  const { peer, label, ours, threads, precision } = contender
  const where = { case: c.name, kind: c.kind, series: c.series }
  return { ...where, peer, label, ours, threads, precision, operations: operations(c) }
}

/** @returns {Row} */
export function row(/** @type {import('./cases.mjs').Case} */ c, /** @type {import('./measure.mjs').Run} */ run) {
  const base = rowBase(c, run.contender)
  if (run.reason !== undefined) return { ...base, reason: run.reason }
  const { event: _, ...about } = run.about ?? {}
  const times = run.timed.map(({ ms }) => (ms * characters(c)) / run.perTurn)
  const msPerTurn = median(times)
  const productGigaflops = median(run.timed.map(({ product }) => product))
  // A peer that knows what it really executes says so; its share of the product's rate goes by that.
  const executed = Number(about.operationsPerStep ?? operations(c))
  return {
    ...base,
    about,
    msPerTurn,
    fastestMs: Math.min(...times),
    slowestMs: Math.max(...times),
    charactersPerSecond: (characters(c) / msPerTurn) * 1000,
    gigaflops: operations(c) / msPerTurn / 1e6,
    ...(productGigaflops > 0 && { productGigaflops, share: executed / msPerTurn / 1e6 / productGigaflops }),
    rounds: times.length,
    turns: run.total,
    losses: run.losses.slice(0, keptLosses),
    check: /** @type {number | undefined} */ (about.check),
  }
}
