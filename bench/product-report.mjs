import { peakOf, rowsOf } from './findings.mjs'
import { percent, significant } from './table.mjs'

/**
 * Products as the other cases are told: rates of each shape, with their share of what the core multiplies and adds at most. A product of
 * one row reads each weight once, so it is held against how fast the core reads as many bytes.
 */
export function productReport(
  /** @type {import('./findings.mjs').Findings} */ findings,
  /** @type {import('./cases.mjs').Case} */ c,
) {
  const rows = rowsOf(findings, c)
  const line = (row) => {
    if (row.reason !== undefined) return [row.label, '', '–', '', '', '', '', '', row.reason]
    const range = `${significant(row.slowest)} – ${significant(row.fastest)}`
    const rounds = String(row.rounds)
    if (row.peer === 'reading') {
      return ['reading as many bytes', '', '', range, '', significant(row.gigabytes), '', rounds, 'GB/s']
    }
    const { form = '', peer, gigaflops, label, about } = row
    const [peak, bytes] = [share(findings, row), reading(findings, row)]
    return [
      label,
      form,
      significant(gigaflops),
      range,
      peak === undefined || peer === 'peak' ? '' : percent(peak),
      bytes === undefined ? '' : significant(bytes.gigabytes),
      bytes?.share === undefined ? '' : percent(bytes.share),
      rounds,
      [about?.version, about?.kernels, about?.note].filter(Boolean).join(', '),
    ]
  }
  return {
    title: productTitle(c),
    ratios: [],
    agreement: undefined,
    table: {
      head: ['kernel', 'form', 'GFLOP/s', 'from – to', 'of peak', 'GB/s', 'of reading', 'rounds', 'remarks'],
      lines: rows.map(line),
    },
  }
}

export const productTitle = (/** @type {import('./cases.mjs').Case} */ { hidden }) =>
  `products with ${hidden} × ${4 * hidden}, by rows, on one core`

const share = (findings, { gigaflops }) => {
  const peak = peakOf(findings, 1)
  return peak === undefined || gigaflops === undefined ? undefined : gigaflops / peak
}

/** Gigabytes of weights a second where there is one row, and what part of the rate of mere reading that is. */
function reading(findings, row) {
  if (row.rows !== 1 || row.form === 'contraction') return undefined
  // Two operations with each weight of four bytes.
  const gigabytes = 2 * row.gigaflops
  const most = findings.rows.find(({ peer, case: name }) => peer === 'reading' && name === row.case)?.gigabytes
  return { gigabytes, share: most && gigabytes / most }
}

/** A line for each form and number of rows, a column for each size. */
export function productSummary(
  /** @type {import('./findings.mjs').Findings} */ findings,
  /** @type {import('./cases.mjs').Case[]} */ cases,
) {
  const done = cases.map((c) => rowsOf(findings, c).filter(({ form }) => form !== undefined))
  const forms = [
    { form: 'plain', name: 'forward' },
    { form: 'transposed', name: 'backward, to what came in' },
    { form: 'contraction', name: 'backward, to the weights' },
  ]
  const lines = forms.flatMap(({ form, name }) => {
    const counts = new Set(done.flatMap((rows) => rows.filter((row) => row.form === form).map(({ rows }) => rows)))
    return [...counts]
      .toSorted((a, b) => a - b)
      .map((count) => {
        const row = (rows) => rows.find((row) => row.form === form && row.rows === count)
        return [name, count.toLocaleString('en'), ...done.map((rows) => cell(findings, row(rows)))]
      })
  })
  return { head: ['product', 'rows', ...cases.map(({ hidden }) => `${hidden} × ${4 * hidden}`)], lines }
}

function cell(findings, row) {
  if (row === undefined) return '–'
  const [peak, bytes] = [share(findings, row), reading(findings, row)]
  const rate = `${significant(row.gigaflops)} GFLOP/s${peak === undefined ? '' : `, ${percent(peak)}`}`
  if (bytes?.share === undefined) return rate
  return `${significant(bytes.gigabytes)} GB/s, ${percent(bytes.share)} of reading`
}
