import { agreementText } from './agreement.mjs'
import { installReport } from './install-report.mjs'
import { productReport } from './product-report.mjs'
import { caseTitle, characters, operations } from './cases.mjs'
import { measured, rowsOf, shareOfPeak } from './findings.mjs'
import { duration, percent, significant } from './table.mjs'

/** A case: how ours compare first, then everyone's figures. */
export function caseReport(
  /** @type {import('./findings.mjs').Findings} */ findings,
  /** @type {import('./cases.mjs').Case} */ c,
) {
  const rows = rowsOf(findings, c)
  if (c.kind === 'install') return installReport(rows)
  if (c.kind === 'product') return productReport(findings, c)
  const work = `${characters(c)} character${characters(c) === 1 ? '' : 's'}, ${significant(operations(c) / 1e9)} GFLOP`
  const what = { train: 'a training step', forward: 'forward over whole sequences', step: 'a step' }[c.kind]
  return {
    title: `${caseTitle(c)}: ${what} (${work})`,
    ratios: ratios(rows),
    agreement: agreementText(rows),
    table: {
      head: [
        'peer',
        c.kind === 'train' ? 'a step' : c.kind === 'step' ? 'a symbol' : 'a pass',
        'from – to',
        'characters/s',
        'GFLOP/s',
        'of peak',
        'of product',
        'rounds',
        'loss',
        'remarks',
      ],
      lines: rows.map((row) => line(findings, row)),
    },
  }
}

/** How many times faster each of ours is than each peer, with the range that the rounds allow. */
function ratios(/** @type {import('./row.mjs').Row[]} */ rows) {
  const done = rows.filter(measured)
  const others = done.filter((row) => !row.ours)
  const ours = done.filter((row) => row.ours)
  if (ours.length === 0) return ['none of ours ran']
  return ours.map((row) => {
    const parts = others.map((other) => {
      const range = `${significant(other.fastestMs / row.slowestMs)} – ${significant(other.slowestMs / row.fastestMs)}`
      return `${other.label} ${significant(other.msPerTurn / row.msPerTurn)} × (${range})`
    })
    return `${row.label}: ${parts.length > 0 ? parts.join(', ') : 'alone'}`
  })
}

function line(findings, row) {
  if (row.reason !== undefined) return [row.label, '–', '', '', '', '', '', '', '', row.reason]
  if (row.peer === 'peak') {
    const range = `${significant(row.slowest)} – ${significant(row.fastest)} GFLOP/s`
    return [row.label, '', range, '', significant(row.gigaflops), '', '', String(row.rounds), '', remarks(row)]
  }
  const share = shareOfPeak(findings, row)
  return [
    row.label,
    duration(row.msPerTurn),
    `${duration(row.fastestMs)} – ${duration(row.slowestMs)}`,
    Math.round(row.charactersPerSecond).toLocaleString('en'),
    significant(row.gigaflops),
    share === undefined ? '' : percent(share),
    row.share === undefined ? '' : percent(row.share),
    String(row.rounds),
    lossText(row),
    remarks(row),
  ]
}

const lossText = ({ losses, check, turns }) =>
  check !== undefined
    ? check.toFixed(4)
    : losses?.length > 0
      ? `${shown(losses[0])} → ${shown(losses.at(-1))} by step ${Math.min(turns, losses.length)}`
      : ''

const shown = (/** @type {number | string} */ value) => (typeof value === 'number' ? value.toFixed(3) : value)

const remarks = ({ about, rounds, peer }) =>
  [
    about?.version,
    about?.kernels,
    about?.threads === 1 ? '1 thread' : `${about?.threads} threads`,
    about?.note,
    peer !== 'peak' && rounds < 5 ? `${rounds} round${rounds === 1 ? '' : 's'}` : undefined,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(', ')
