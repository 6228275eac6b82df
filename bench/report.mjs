import { operationsPerStep } from './cases.mjs'

/** One case as text: how we compare first, then every peer's figures. */
export function caseText(/** @type {import('./cases.mjs').Case} */ c, /** @type {import('./train.mjs').Row[]} */ rows) {
  const operations = operationsPerStep(c)
  const title = `${c.cell.toUpperCase()} ${c.layers}×${c.hidden}, batch ${c.batch}, unroll ${c.time}: a step is ${c.batch * c.time} characters, ${significant(operations / 1e9)} GFLOP`
  const done = rows.filter(({ msPerStep }) => msPerStep !== undefined)
  const ours = done.filter((row) => row.ours)
  const base = ours.length > 0 ? ours : done.toSorted((a, b) => a.msPerStep - b.msPerStep).slice(0, 1)
  const ratios = base.map((row) => {
    const others = done.filter((other) => other !== row && !other.ours)
    const parts = others.map((other) => `${other.peer} ${significant(other.msPerStep / row.msPerStep)}×`)
    return parts.length > 0 ? `  ${row.peer} against ${parts.join(', ')} (above 1: faster)` : `  ${row.peer} alone`
  })
  return [title, ...ratios, '', table(rows)].join('\n')
}

function table(/** @type {import('./train.mjs').Row[]} */ rows) {
  const head = ['peer', 'ms a step', 'from – to', 'characters/s', 'GFLOP/s', 'of product', 'rounds', 'loss', '']
  const lines = rows.map((row) =>
    row.reason !== undefined
      ? [row.peer, '–', '', '', '', '', '', '', row.reason]
      : [
          row.peer,
          significant(row.msPerStep),
          `${significant(row.fastestMs)} – ${significant(row.slowestMs)}`,
          Math.round(row.charactersPerSecond).toLocaleString('en'),
          significant(row.gigaflops),
          row.share === undefined ? '' : `${Math.round(row.share * 100)} % of ${significant(row.productGigaflops)}`,
          String(row.rounds),
          `${loss(row.firstLoss)} → ${loss(row.lastLoss)} in ${significant(row.steps)} steps`,
          remarks(row.about),
        ],
  )
  const widths = head.map((_, i) => Math.max(...[head, ...lines].map((line) => line[i].length)))
  const put = (/** @type {string[]} */ line) =>
    `  ${line.map((text, i) => (i === 0 || i >= 7 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  ')}`.trimEnd()
  return [head, ...lines].map(put).join('\n')
}

const remarks = (/** @type {Record<string, unknown>} */ { version, threads, kernels, note }) =>
  [version, kernels, threads === 1 ? '1 thread' : `${threads} threads`, note]
    .filter((part) => part !== undefined)
    .join(', ')

const loss = (/** @type {number | string} */ value) => (typeof value === 'number' ? value.toFixed(3) : value)

/** Three significant digits, without an exponent. */
const significant = (/** @type {number} */ value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
