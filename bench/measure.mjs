import { operations } from './cases.mjs'
import { Peer } from './peer.mjs'
import { figureRows } from './figure-rows.mjs'
import { row } from './row.mjs'
import { writeWeights } from './weights.mjs'

/** Of those who may have fewer rounds: a single turn longer than this is measured three times, */
const slowMs = 2_000
/** one longer than this once, by its first turn: there is nothing left to warm up; */
const verySlowMs = 8_000
/** and who would take longer than this, by its rate in a smaller case, is left out. */
const tooSlowMs = 40_000

/** Nobody is warmed up for longer. */
const warmMs = 3_000

/** PyTorch is tried with several numbers of threads, and the best counts; one that takes so many times longer has two rounds. */
const hopeless = 3

/**
 * @typedef {{ contender: import('./contenders.mjs').Contender, peer?: Peer, about?: Record<string, unknown>, reason?: string,
 *   rounds: number, turns: number, turnMs?: number, timed: { ms: number, product: number }[], figures: object[][], total: number,
 *   losses: (number | string)[], perTurn: number }} Run
 */

/**
 * Runs all contenders in one case, round after round in turn, and gives their rows.
 * @param {import('./cases.mjs').Case} c
 * @param {import('./contenders.mjs').Contender[]} contenders
 * @param {{ rounds: number, seconds: number }} options
 * @param {import('./row.mjs').Row[]} earlier rows of this run, from which follows who would be too slow
 */
export async function measure(c, contenders, { rounds, seconds }, earlier) {
  const given = { ...c, weights: writeWeights(c) }
  const runs = []
  for (const contender of contenders) {
    progress(`${c.name}: ${contender.label} gets ready`)
    runs.push(await begin(given, contender, rounds, seconds, earlier))
  }
  fewerForTheHopeless(runs, seconds)
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < runs.length; i++) {
      // Each round begins with another, so that nobody always comes after the same.
      const run = runs[(i + round) % runs.length]
      if (run.peer === undefined || round >= run.rounds) continue
      // Threads of the one before may spin a while before they sleep.
      await new Promise((resolve) => setTimeout(resolve, 100))
      progress(`${c.name}: round ${round + 1} of ${rounds}, ${run.contender.label}`)
      take(run, await run.peer.run(run.turns))
    }
  }
  for (const run of runs) run.peer?.stop()
  progress('')
  return runs.flatMap((run) => (run.contender.itself && !run.reason ? figureRows(c, run) : [row(c, run)]))
}

/** Starts a contender and warms it up; from how long that takes follow the turns of a round and the number of rounds. */
async function begin(given, contender, rounds, seconds, earlier) {
  /** @type {Run} */
  const run = {
    contender,
    rounds,
    turns: 1,
    timed: [],
    figures: [],
    total: 0,
    losses: [],
    perTurn: given.batch * given.time,
  }
  const reason = contender.reason ?? tooSlow(given, contender, earlier)
  if (reason !== undefined) return { ...run, reason }
  const { command, arguments: before, options, threads } = contender
  const last = JSON.stringify({ ...given, threads, ...options })
  run.peer = new Peer({ command, arguments: [...before, last] })
  const ready = await run.peer.answer()
  if (ready.event !== 'ready') return fail(run, ready.reason)
  run.about = ready
  run.perTurn = Number(ready.characters ?? run.perTurn)
  if (contender.itself) return run
  let turnMs = Infinity
  for (let warm = 0, end = performance.now() + warmMs; warm < 3 && !run.reason && performance.now() < end; warm++) {
    const turns = turnMs < 50 ? Math.min(10_000, Math.ceil(100 / turnMs)) : 1
    const answer = await run.peer.run(turns)
    take(run, answer)
    turnMs = Math.min(turnMs, Number(answer.elapsedMs) / turns)
    if (contender.fewer && turnMs > verySlowMs) {
      run.rounds = 0
      return run
    }
  }
  run.timed = []
  run.turnMs = turnMs
  run.turns = Math.min(1_000_000, Math.max(1, Math.round((seconds * 1000) / turnMs)))
  if (contender.fewer && turnMs > slowMs) run.rounds = Math.min(rounds, 3)
  return run
}

/** Where a round would last longer than it should, and is not going to count. */
function fewerForTheHopeless(/** @type {Run[]} */ runs, /** @type {number} */ seconds) {
  const tries = runs.filter(({ contender, turnMs }) => contender.peer.startsWith('pytorch') && turnMs !== undefined)
  const best = Math.min(...tries.map(({ turnMs }) => turnMs))
  for (const run of tries) {
    if (run.turnMs > hopeless * best && run.turnMs > seconds * 1000) run.rounds = Math.min(run.rounds, 2)
  }
}

/** Why a contender is left out of a case, if a turn would take too long by what it took in another. */
function tooSlow(c, { label }, earlier) {
  const known = earlier
    .filter((row) => row.label === label && row.kind === c.kind && row.msPerTurn !== undefined)
    .map((row) => ({ ...row, expected: (row.msPerTurn * operations(c)) / row.operations }))
    .sort((a, b) => b.operations - a.operations)[0]
  if (known === undefined || known.expected < tooSlowMs) return undefined
  return `left out: one turn would take some ${Math.round(known.expected / 1000)} s, by its rate in ${known.case}`
}

/** Notes what a round brought. */
function take(/** @type {Run} */ run, /** @type {Record<string, unknown>} */ answer) {
  if (answer.event !== 'round') return void fail(run, String(answer.reason))
  if (answer.figures) return void run.figures.push(/** @type {object[]} */ (answer.figures))
  const turns = Number(answer.turns)
  run.timed.push({ ms: Number(answer.elapsedMs) / turns, product: Number(answer.productGigaflops) })
  run.total += turns
  run.losses.push(.../** @type {number[]} */ (answer.losses))
}

function fail(/** @type {Run} */ run, /** @type {unknown} */ reason) {
  run.peer?.stop()
  run.peer = undefined
  run.reason = String(reason)
  return run
}

function progress(/** @type {string} */ text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
