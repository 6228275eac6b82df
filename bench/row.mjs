import { characters, operations } from './cases.mjs'
import { median } from './statistics.mjs'

/** Losses kept for the comparison. */
const keptLosses = 300

/**
 * What one contender did in one case; where it could not, `reason` says why. A turn is one of the case's steps; `msPerTurn` is the
 * median of the rounds. `gigaflops` goes by the operations of the equations, or is what `peak` measured. `check` is the
 * cross-entropy of the logits that inference gave.
 * @typedef {{ case: string, kind: string, series: string, peer: string, label: string, ours: boolean, threads: number,
 *   precision?: string, reason?: string, about?: Record<string, unknown>, msPerTurn?: number, fastestMs?: number,
 *   slowestMs?: number, charactersPerSecond?: number, operations: number, gigaflops?: number, productGigaflops?: number,
 *   share?: number, rounds?: number, turns?: number, losses?: (number | string)[], check?: number }} Row
 */

/** @returns {Row} */
export function row(/** @type {import('./cases.mjs').Case} */ c, /** @type {import('./measure.mjs').Run} */ run) {
  const { peer, label, ours, threads, precision } = run.contender
  const base = { case: c.name, kind: c.kind, series: c.series, peer, label, ours, threads, precision }
  if (run.reason !== undefined) return { ...base, operations: operations(c), reason: run.reason }
  const { event: _, ...about } = run.about ?? {}
  if (peer === 'peak') {
    const rates = run.timed.map(({ gigaflops }) => Number(gigaflops))
    const range = { slowest: Math.min(...rates), fastest: Math.max(...rates) }
    return { ...base, operations: 0, about, gigaflops: median(rates), ...range, rounds: rates.length }
  }
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
    operations: operations(c),
    gigaflops: operations(c) / msPerTurn / 1e6,
    ...(productGigaflops > 0 && { productGigaflops, share: executed / msPerTurn / 1e6 / productGigaflops }),
    rounds: times.length,
    turns: run.total,
    losses: run.losses.slice(0, keptLosses),
    check: /** @type {number | undefined} */ (about.check),
  }
}
