import { duration } from './table.mjs'

const mebibytes = (/** @type {number} */ bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** How long installing takes, as the other cases are told. */
export function installReport(/** @type {import('./row.mjs').Row[]} */ rows) {
  const packed = rows.find(({ about }) => about)?.about.packed
  const size = packed ? `, ${mebibytes(packed)}` : ''
  return {
    title: `npm install of the packed package${size}, in an empty folder, npm's cache filled`,
    ratios: [],
    agreement: undefined,
    table: {
      head: ['way', 'median', 'from – to', 'rounds', 'node_modules', 'remarks'],
      lines: rows.map(({ label, reason, msPerTurn, fastestMs, slowestMs, rounds, about }) =>
        reason === undefined
          ? [
              label,
              duration(msPerTurn),
              `${duration(fastestMs)} – ${duration(slowestMs)}`,
              String(rounds),
              mebibytes(about.bytes),
              '',
            ]
          : [label, '–', '', '', '', reason],
      ),
    },
  }
}
