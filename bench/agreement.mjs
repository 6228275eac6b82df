import { mean } from './statistics.mjs'

/**
 * All begin with the same weights and see the same windows, so losses differ by rounding, and a little by who clips and how: by this
 * share of the loss, and this share of how far it has fallen, since at first all losses are alike.
 */
const [lossTolerance, fallTolerance] = [2e-4, 0.02]
/** Logits of the same weights differ by rounding alone; */
const logitTolerance = 1e-4
/** more where the weights are stored in half precision. */
const halfTolerance = 5e-3

/**
 * Whether all did the same work. In training: the mean loss of the last of the steps that a peer has in common with ours. In
 * inference: the cross-entropy of the logits.
 * @param {import('./row.mjs').Row[]} rows
 * @returns {{ against: string, checks: { label: string, equal: boolean, text: string }[] } | undefined}
 */
export function agreement(rows) {
  const comparable = rows.filter((row) => (row.check !== undefined || row.losses?.length > 0) && !row.about?.ownDescent)
  const base = comparable.find((row) => row.ours) ?? comparable[0]
  if (base === undefined) return undefined
  const checks = comparable
    .filter((row) => row !== base)
    .map((row) => {
      const [ours, theirs, where] =
        base.check === undefined ? atCommonStep(base.losses, row.losses) : [base.check, row.check, 'of the logits']
      const tolerance = row.precision ? halfTolerance : logitTolerance
      const allowed =
        base.check === undefined
          ? lossTolerance * ours + fallTolerance * Math.abs(Number(base.losses[0]) - ours)
          : tolerance * ours
      const text = `${theirs.toFixed(4)} against ${ours.toFixed(4)} ${where}`
      return { label: row.label, equal: Math.abs(theirs - ours) <= allowed, text }
    })
  return { against: base.label, checks }
}

/** The mean over the last five steps that both have done. */
function atCommonStep(/** @type {(number | string)[]} */ ours, /** @type {(number | string)[]} */ theirs) {
  const steps = Math.min(ours.length, theirs.length)
  const last = (losses) => mean(losses.slice(Math.max(0, steps - 5), steps).map(Number))
  return [last(ours), last(theirs), `by step ${steps}`]
}

/** In a line: that all agree, or who does not. */
export function agreementText(/** @type {import('./row.mjs').Row[]} */ rows) {
  const found = agreement(rows)
  if (found === undefined || found.checks.length === 0) return 'losses: nobody to compare with'
  const wrong = found.checks.filter(({ equal }) => !equal)
  const what = found.checks.map(({ label, text }) => `${label} ${text}`).join('; ')
  if (wrong.length === 0) return `losses are equal to ${found.against}'s: ${what}`
  return `LOSSES DIFFER from ${found.against}'s: ${wrong.map(({ label, text }) => `${label} ${text}`).join('; ')}`
}
