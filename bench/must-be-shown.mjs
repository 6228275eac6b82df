import { agreement } from './agreement.mjs'
import { fastest, measured, peakOf, rowsOf } from './findings.mjs'
import { geometricMean, median } from './statistics.mjs'
import { duration, percent, significant } from './table.mjs'

/**
 * What the project has set out to reach, held against this run.
 * @typedef {{ what: string, wanted: string, result: 'passed' | 'missed' | 'not shown', figure: string }} Verdict
 */

const isPyTorch = (row) => row.peer.startsWith('pytorch')
const isOnnx = (row) => row.peer === 'onnxruntime'
const oursOn = (threads) => (row) => row.ours && !row.precision && row.threads === threads
const ours = (row) => row.ours && !row.precision

/** A figure, or the reason why there is none. */
const none = (reason) => ({ reason })

/** @returns {Verdict[]} */
export function mustBeShown(/** @type {import('./findings.mjs').Findings} */ findings) {
  const all = findings.machine.usable
  const rows = (series, name) => rowsOf(findings, { series, name })
  const against = (series, name, mine, theirs) => ratio(rows(series, name), mine, theirs)
  const training = (name, threads) => against('train', name, oursOn(threads), isPyTorch)
  const six = ['lstm-1x64', 'lstm-2x128', 'lstm-2x256', 'lstm-2x512', 'gru-2x256', 'rnn-2x256']

  return [
    verdict('training 2×128, batch 50, 50 steps: one thread against the best PyTorch', 2, training('lstm-2x128', 1)),
    verdict('training 2×512, batch 64, 64 steps: one thread against the best PyTorch', 1.4, training('lstm-2x512', 1)),
    verdict(
      'training, geometric mean of the six cases: all cores against the best PyTorch',
      3,
      meanOf(six.map((name) => training(name, all))),
    ),
    ...[256, 512].map((hidden) =>
      verdict(
        `training 2×${hidden}: two threads over one`,
        1.8,
        twoOverOne(findings, rows('threads', `threads-lstm-2x${hidden}`)),
      ),
    ),
    ...[256, 512].flatMap((hidden) =>
      [...new Set([1, all])].map((threads) =>
        verdict(
          `training 2×${hidden}: share of the peak of ${threads} core${threads === 1 ? '' : 's'}`,
          0.6,
          share(findings, rows('train', `lstm-2x${hidden}`), threads),
          percent,
        ),
      ),
    ),
    ...[128, 512].flatMap((hidden) =>
      [...new Set([1, all])].map((threads) =>
        verdict(
          `forward 2×${hidden}, batch 50, 50 steps: against onnxruntime, ${threads} thread${threads === 1 ? '' : 's'} each`,
          1.1,
          against('forward', `lstm-2x${hidden}`, oursOn(threads), (row) => isOnnx(row) && row.threads === threads),
        ),
      ),
    ),
    verdict('one step, batch 1, 2×128: against the best onnxruntime', 4, against('step', 'lstm-2x128', ours, isOnnx)),
    verdict('one step, batch 1, 2×512: against the best onnxruntime', 1, against('step', 'lstm-2x512', ours, isOnnx)),
    verdict(
      'one step, batch 1, 2×512, weights in half precision: against the best onnxruntime',
      1.5,
      against('step', 'lstm-2x512', (row) => row.precision === 'float16', isOnnx),
    ),
    verdict(
      'training 2×128 in Chromium, one thread: wasm against tfjs-wasm in the same page',
      15,
      against('browser', 'browser-lstm-2x128', oursOn(1), ({ peer }) => peer === 'tfjs-wasm'),
    ),
    installed(rows('install', 'install')),
  ]
}

/** A median shows something from so many rounds on. */
const enoughRounds = 5

function verdict(what, wanted, { value, detail, rounds, reason }, show = (figure) => `${significant(figure)} ×`) {
  const shown = { what, wanted: show(wanted) }
  if (reason !== undefined) return { ...shown, result: 'not shown', figure: reason }
  return { ...shown, ...judged(value >= wanted, `${show(value)}, ${detail}`, rounds) }
}

function judged(/** @type {boolean} */ reached, /** @type {string} */ figure, /** @type {number} */ rounds) {
  if (rounds >= enoughRounds) return { result: reached ? 'passed' : 'missed', figure }
  const alone = `of ${rounds} round${rounds === 1 ? '' : 's'} alone, where ${enoughRounds} count`
  return { result: 'not shown', figure: `${alone}: ${figure}` }
}

/** How much longer an installation takes that builds the native backend: the less the better. */
function installed(rows) {
  const most = 20
  const shown = {
    what: 'install with compiler, from npm install to native ready: more than without install scripts',
    wanted: `under ${most} s`,
  }
  const missing = rows.find(({ reason }) => reason !== undefined)
  if (rows.length === 0 || missing) return { ...shown, result: 'not shown', figure: missing?.reason ?? why(rows) }
  const [built, plain] = rows
  const more = median(built.times.map((ms, round) => ms - plain.times[round])) / 1000
  const figure = `${significant(more)} s more, ${duration(built.msPerTurn)} against ${duration(plain.msPerTurn)}`
  return { ...shown, ...judged(more < most, figure, roundsOf(built)) }
}

/** How many times faster the fastest of mine is than the fastest of theirs. */
function ratio(rows, mine, theirs) {
  const [a, b] = [rows.filter(mine), rows.filter(theirs)]
  const [fast, other] = [fastest(a), fastest(b)]
  if (fast === undefined) return none(`ours: ${why(a)}`)
  if (other === undefined) return none(`the peer: ${why(b)}`)
  const wrong = agreement(rows)?.checks.find(({ label, equal }) => !equal && [fast.label, other.label].includes(label))
  if (wrong) return none(`losses differ: ${wrong.label} ${wrong.text}`)
  const tried =
    other.about?.threads === undefined ? '' : ` on ${other.about.threads} thread${other.about.threads === 1 ? '' : 's'}`
  return {
    value: other.msPerTurn / fast.msPerTurn,
    detail: `${fast.label} against ${other.peer}${tried}`,
    rounds: roundsOf(fast, other),
  }
}

function meanOf(parts) {
  const missing = parts.find(({ reason }) => reason !== undefined)
  if (missing) return none(`not all six cases: ${missing.reason}`)
  return {
    value: geometricMean(parts.map(({ value }) => value)),
    detail: parts.map(({ value }) => significant(value)).join(', '),
    rounds: Math.min(...parts.map(({ rounds }) => rounds)),
  }
}

function twoOverOne(findings, rows) {
  const [one, two] = [1, 2].map((threads) => rows.filter(oursOn(threads)))
  const peers = [...new Set(rows.filter(ours).map(({ peer }) => peer))]
  if (findings.machine.usable < 2) return none('there is one core')
  const found = peers
    .map((peer) => [one, two].map((some) => some.find((row) => row.peer === peer && measured(row))))
    .filter(([a, b]) => a && b)
    .map(([a, b]) => ({ value: a.msPerTurn / b.msPerTurn, ms: b.msPerTurn, detail: b.peer, rounds: roundsOf(a, b) }))
    .toSorted((a, b) => a.ms - b.ms)[0]
  if (found === undefined) return none(`ours: ${why(two)}`)
  const [peakOne, peakTwo] = [1, 2].map((threads) => peakOf(findings, threads))
  const machine = peakOne && peakTwo ? `; the bare multiply-add loop gains ${significant(peakTwo / peakOne)} ×` : ''
  return { value: found.value, detail: `${found.detail}${machine}`, rounds: found.rounds }
}

function share(findings, rows, threads) {
  const fast = fastest(rows.filter(oursOn(threads)))
  if (fast === undefined) return none(`ours: ${why(rows.filter(oursOn(threads)))}`)
  const peak = peakOf(findings, threads)
  if (peak === undefined) return none(`the peak: ${why(rows.filter(({ peer }) => peer === 'peak'))}`)
  return {
    value: fast.gigaflops / peak,
    detail: `${fast.label}: ${significant(fast.gigaflops)} of ${significant(peak)} GFLOP/s`,
    rounds: roundsOf(fast),
  }
}

const roundsOf = (...rows) => Math.min(...rows.map(({ rounds }) => rounds))

const why = (rows) => [...new Set(rows.map(({ reason }) => reason).filter(Boolean))].join('; ') || 'was not run'

export const mustBeShownTable = (/** @type {import('./findings.mjs').Findings} */ findings) => ({
  head: ['must be shown', 'wanted', 'result', 'figure or reason'],
  lines: mustBeShown(findings).map(({ what, wanted, result, figure }) => [what, wanted, result, figure]),
})
