import { cases as all, charactersPerStep, operationsPerStep } from './cases.mjs'
import { machine, machineText } from './machine.mjs'
import { Peer } from './peer.mjs'
import { trainers } from './peers/index.mjs'
import { caseText } from './report.mjs'

/** A single step longer than this is measured three times, */
const slowMs = 4_000
/** and one longer than this once, by its first step: there is nothing left to warm up. */
const verySlowMs = 30_000

/**
 * What one peer did in one case; where it could not, `reason` says why.
 * @typedef {{ case: string, peer: string, ours: boolean, reason?: string, about?: Record<string, unknown>, msPerStep?: number,
 *   fastestMs?: number, slowestMs?: number, charactersPerSecond?: number, gigaflops?: number, productGigaflops?: number, share?: number, rounds?: number,
 *   steps?: number, firstLoss?: number | string, lastLoss?: number | string }} Row
 */

/** Trains all peers in all cases, round after round in turn, and prints what came out. */
export async function train(
  /** @type {{ peers?: string[], cases?: string[], rounds: number, seconds: number, json: boolean }} */ options,
) {
  const peers = chosen('peer', options.peers, Object.keys(trainers))
  const cases = chosen(
    'case',
    options.cases,
    all.map(({ name }) => name),
  )
  const on = machine()
  if (!options.json) process.stdout.write(`${machineText(on)}\n`)
  const rows = []
  for (const c of all.filter(({ name }) => cases.includes(name))) {
    const measured = await measure(c, peers, options)
    rows.push(...measured)
    if (!options.json) process.stdout.write(`\n${caseText(c, measured)}\n`)
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ machine: on, rows })}\n`)
}

function chosen(/** @type {string} */ what, /** @type {string[] | undefined} */ given, /** @type {string[]} */ known) {
  const unknown = given?.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    process.stderr.write(`bench: there is no ${what} ${unknown}; known are ${known.join(', ')}\n`)
    process.exit(2)
  }
  return given ?? known
}

/** @returns {Promise<Row[]>} */
async function measure(
  /** @type {import('./cases.mjs').Case} */ c,
  /** @type {string[]} */ names,
  /** @type {{ rounds: number, seconds: number }} */ { rounds, seconds },
) {
  const runs = []
  for (const name of names) {
    progress(`${c.name}: ${name} gets ready`)
    runs.push(await begin(c, name, rounds, seconds))
  }
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) {
      if (run.peer === undefined || round >= run.rounds) continue
      progress(`${c.name}: round ${round + 1} of ${rounds}, ${run.name}`)
      take(run, await run.peer.run(run.turns))
    }
  }
  for (const run of runs) run.peer?.stop()
  progress('')
  return runs.map((run) => row(c, run))
}

/** Starts a peer and warms it up; from how long that takes follow the turns of a round and the number of rounds. */
async function begin(
  /** @type {import('./cases.mjs').Case} */ c,
  /** @type {string} */ name,
  /** @type {number} */ rounds,
  /** @type {number} */ seconds,
) {
  /** @type {Run} */
  const run = { name, rounds, turns: 1, timed: [], characters: 0 }
  const start = trainers[name].start()
  if (typeof start === 'string') return { ...run, reason: start }
  run.peer = new Peer({ ...start, arguments: [...start.arguments, JSON.stringify(c)] })
  const ready = await run.peer.answer()
  if (ready.event !== 'ready') return fail(run, ready.reason)
  run.about = ready
  let turnMs = Infinity
  for (let warm = 0; warm < 3 && !run.reason; warm++) {
    const answer = await run.peer.run(1)
    take(run, answer)
    turnMs = Math.min(turnMs, Number(answer.elapsedMs))
    if (turnMs > verySlowMs) {
      run.rounds = 0
      return run
    }
    if (turnMs > slowMs) break
  }
  run.timed = []
  run.turns = Math.min(1000, Math.max(1, Math.round((seconds * 1000) / turnMs)))
  if (turnMs > slowMs) run.rounds = Math.min(rounds, 3)
  return run
}

/**
 * @typedef {{ name: string, peer?: Peer, about?: Record<string, unknown>, reason?: string, rounds: number, turns: number,
 *   timed: { ms: number, product: number }[], characters: number, first?: number | string, last?: number | string }} Run
 */

/** Notes what a round brought. */
function take(/** @type {Run} */ run, /** @type {Record<string, unknown>} */ answer) {
  if (answer.event !== 'round') return void fail(run, String(answer.reason))
  const characters = Number(answer.characters)
  run.timed.push({ ms: Number(answer.elapsedMs) / characters, product: Number(answer.productGigaflops) })
  run.characters += characters
  run.first ??= /** @type {number | string} */ (answer.first)
  run.last = /** @type {number | string} */ (answer.last)
}

function fail(/** @type {Run} */ run, /** @type {unknown} */ reason) {
  run.peer?.stop()
  run.peer = undefined
  run.reason = String(reason)
  return run
}

/** @returns {Row} */
function row(/** @type {import('./cases.mjs').Case} */ c, /** @type {Run} */ run) {
  const base = { case: c.name, peer: run.name, ours: trainers[run.name].ours ?? false }
  if (run.reason !== undefined) return { ...base, reason: run.reason }
  const characters = charactersPerStep(c)
  const times = run.timed.map(({ ms }) => ms * characters)
  const msPerStep = median(times)
  const productGigaflops = median(run.timed.map(({ product }) => product))
  // A peer that knows what it really executes says so; its share of the product's rate goes by that.
  const executed = Number(run.about?.operationsPerStep ?? operationsPerStep(c))
  return {
    ...base,
    about: run.about,
    msPerStep,
    fastestMs: Math.min(...times),
    slowestMs: Math.max(...times),
    charactersPerSecond: (characters / msPerStep) * 1000,
    gigaflops: operationsPerStep(c) / msPerStep / 1e6,
    ...(productGigaflops > 0 && { productGigaflops, share: executed / msPerStep / 1e6 / productGigaflops }),
    rounds: times.length,
    steps: run.characters / characters,
    firstLoss: run.first,
    lastLoss: run.last,
  }
}

function median(/** @type {number[]} */ values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function progress(/** @type {string} */ text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
