/**
 * Rows of words under a head.
 * @typedef {{ head: string[], lines: string[][] }} Table
 */

/** As text, the first column to the left and the last too; figures to the right. */
export function tableText(/** @type {Table} */ { head, lines }) {
  const all = [head, ...lines]
  const widths = head.map((_, i) => Math.max(...all.map((line) => line[i].length)))
  const left = (i) => i === 0 || i === head.length - 1
  const put = (line) =>
    `  ${line.map((word, i) => (left(i) ? word.padEnd(widths[i]) : word.padStart(widths[i]))).join('  ')}`.trimEnd()
  return all.map(put).join('\n')
}

export function tableMarkdown(/** @type {Table} */ { head, lines }) {
  const put = (/** @type {string[]} */ line) => `| ${line.map((word) => word.replaceAll('|', '\\|')).join(' | ')} |`
  return [put(head), put(head.map(() => '---')), ...lines.map(put)].join('\n')
}

/** Three significant digits, without an exponent. */
export const significant = (/** @type {number} */ value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

export const percent = (/** @type {number} */ share) => `${Math.round(share * 100)} %`

/** Milliseconds in the unit that reads best. */
export const duration = (/** @type {number} */ ms) =>
  ms < 0.995 ? `${significant(ms * 1000)} µs` : ms < 9950 ? `${significant(ms)} ms` : `${significant(ms / 1000)} s`
