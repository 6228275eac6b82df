import { measurePage } from './browser/measure-page.mjs'
import { contendersFor, isMachine } from './contenders.mjs'
import { rowsOf } from './findings.mjs'
import { installTimes } from './install-times.mjs'
import { measure } from './measure.mjs'

/**
 * The rows of a case, by the way it is measured.
 * @param {import('./cases.mjs').Case} c
 * @param {import('./findings.mjs').Findings} findings of this run so far
 * @param {(peer: string) => boolean} wanted
 * @returns {Promise<import('./row.mjs').Row[]>}
 */
export async function measureCase(c, findings, wanted) {
  const { rounds, seconds } = findings.options
  const options = { rounds, seconds: seconds * (c.pace ?? 1) }
  if (c.kind === 'install') return installTimes(c, options)
  if (c.page) return measurePage(c, options)
  const contenders = contendersFor(c).filter((one) => isMachine(one) || wanted(one.peer))
  return alreadyMeasured(c, contenders, findings) ?? measure(c, contenders, options, findings.rows)
}

/** The rows of the same work, where another case of this run has all of these contenders side by side. */
function alreadyMeasured(c, contenders, findings) {
  const alike = ['kind', 'cell', 'layers', 'hidden', 'batch', 'time', 'vocabulary']
  // Rounds that are longer are as good.
  const same = findings.cases.find(
    (other) => !other.page && alike.every((name) => other[name] === c[name]) && (other.pace ?? 1) >= (c.pace ?? 1),
  )
  if (same === undefined) return undefined
  const rows = rowsOf(findings, same)
  const found = contenders.map(({ label }) => rows.find((row) => row.label === label))
  if (found.includes(undefined)) return undefined
  return found.map((row) => ({ ...row, case: c.name, series: c.series }))
}
