import { caseTitle } from './cases.mjs'
import { fastest, rowsOf, shareOfPeak } from './findings.mjs'
import { percent } from './table.mjs'

/** What each of ours, and PyTorch at its best, reach of the peak of as many cores, a line for each case. */
export function shareSummary(
  /** @type {import('./findings.mjs').Findings} */ findings,
  /** @type {import('./cases.mjs').Case[]} */ cases,
) {
  const rows = cases.map((c) => rowsOf(findings, c).filter((row) => shareOfPeak(findings, row) !== undefined))
  const isPyTorch = ({ peer }) => peer.startsWith('pytorch')
  const ours = new Set(rows.flat().flatMap((row) => (row.ours && !row.precision ? [row.label] : [])))
  const counts = new Set(rows.flat().flatMap((row) => (isPyTorch(row) ? [row.threads] : [])))
  const columns = [
    ...[...ours].map((label) => ({ head: label, of: (row) => row.label === label })),
    ...[...counts].map((threads) => ({
      head: `best PyTorch, ${threads} thread${threads === 1 ? '' : 's'}`,
      of: (row) => isPyTorch(row) && row.threads === threads,
    })),
  ]
  return {
    head: ['case', ...columns.map(({ head }) => head)],
    lines: cases.map((c, i) => [
      `${caseTitle(c)}: ${c.kind === 'train' ? 'training' : 'forward'}`,
      ...columns.map(({ of }) => {
        const best = fastest(rows[i].filter(of))
        return best ? percent(shareOfPeak(findings, best)) : '–'
      }),
    ]),
  }
}
