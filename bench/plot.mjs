/**
 * Plots as SVG, by hand: lines over a logarithmic axis, and bars in groups.
 * @typedef {{ name: string, points: [number, number][] }} Line
 */

const [width, height] = [720, 380]
const edge = { left: 64, right: 24, top: 40, bottom: 48 }
const colours = ['#0b6e99', '#d1495b', '#3a7d44', '#8d5a97', '#b8860b', '#5c677d', '#00798c', '#e07a5f']
const [plotWidth, plotHeight] = [width - edge.left - edge.right, height - edge.top - edge.bottom]

const escape = (/** @type {string} */ text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const at = (/** @type {number} */ value) => String(Math.round(value * 10) / 10)
const words = (x, y, text, more = '') => `<text x="${at(x)}" y="${at(y)}" ${more}>${escape(text)}</text>`
const across = (x1, y1, x2, y2, more) => `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" ${more}/>`

function picture(/** @type {string} */ title, /** @type {string[]} */ parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    words(edge.left, 20, title, 'font-size="14" font-weight="600"'),
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

/** Round numbers from nought to beyond the largest value. */
function ticks(/** @type {number} */ most) {
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const size = power * [1, 2, 5, 10].find((factor) => factor * power >= rough)
  return Array.from({ length: Math.ceil(most / size) + 1 }, (_, i) => Number((i * size).toPrecision(6)))
}

function frame(/** @type {number[]} */ marks, /** @type {string} */ name) {
  const top = marks.at(-1)
  const y = (/** @type {number} */ value) => edge.top + plotHeight * (1 - value / top)
  const parts = marks.flatMap((value) => [
    across(edge.left, y(value), width - edge.right, y(value), `stroke="${value === 0 ? '#444' : '#ddd'}"`),
    words(edge.left - 8, y(value) + 4, value.toLocaleString('en'), 'text-anchor="end"'),
  ])
  parts.push(
    words(0, 0, name, `transform="translate(14 ${at(edge.top + plotHeight / 2)}) rotate(-90)" text-anchor="middle"`),
  )
  return { y, parts }
}

const legend = (/** @type {string[]} */ names, x = edge.left + 12) =>
  names.flatMap((name, i) => [
    `<rect x="${x}" y="${edge.top + 4 + i * 17}" width="12" height="12" fill="${colours[i % colours.length]}"/>`,
    words(x + 18, edge.top + 14 + i * 17, name),
  ])

/** Lines through points; the lower axis is logarithmic and marked where points are. */
export function linePlot(
  /** @type {{ title: string, x: string, y: string, lines: Line[] }} */ { title, x: under, y: beside, lines },
) {
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].toSorted((a, b) => a - b)
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, y]) => y)))
  const [from, to] = [Math.log(xs[0]), Math.log(xs.at(-1))]
  const x = (/** @type {number} */ value) =>
    edge.left + 20 + ((plotWidth - 40) * (Math.log(value) - from)) / (to - from || 1)
  // Room above for the names.
  const { y, parts } = frame(ticks(most * (1 + 0.07 * lines.length)), beside)
  return picture(title, [
    ...parts,
    ...xs.map((value) => words(x(value), height - edge.bottom + 18, String(value), 'text-anchor="middle"')),
    words(edge.left + plotWidth / 2, height - 10, under, 'text-anchor="middle"'),
    ...lines.flatMap(({ points }, i) => {
      const colour = colours[i % colours.length]
      const path = points.map(([a, b]) => `${at(x(a))},${at(y(b))}`).join(' ')
      return [
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...points.map(([a, b]) => `<circle cx="${at(x(a))}" cy="${at(y(b))}" r="3" fill="${colour}"/>`),
      ]
    }),
    ...legend(lines.map(({ name }) => name)),
  ])
}

/** Bars side by side in groups, with a line at `mark`. */
export function barPlot(
  /** @type {{ title: string, y: string, groups: string[], bars: { name: string, values: (number | undefined)[] }[], mark: number }} */ {
    title,
    y: beside,
    groups,
    bars,
    mark,
  },
) {
  const most = Math.max(mark, ...bars.flatMap(({ values }) => values.filter((value) => value !== undefined)))
  const { y, parts } = frame(ticks(most * (1 + 0.07 * bars.length)), beside)
  const group = plotWidth / groups.length
  const bar = (group * 0.8) / bars.length
  return picture(title, [
    ...parts,
    ...groups.map((name, i) =>
      words(edge.left + group * (i + 0.5), height - edge.bottom + 18, name, 'text-anchor="middle"'),
    ),
    ...bars.flatMap(({ values }, b) =>
      values.flatMap((value, i) => {
        if (value === undefined) return []
        const left = edge.left + group * (i + 0.1) + b * bar
        const colour = colours[b % colours.length]
        return [
          `<rect x="${at(left)}" y="${at(y(value))}" width="${at(bar - 2)}" height="${at(y(0) - y(value))}" fill="${colour}"/>`,
          words(left + bar / 2 - 1, y(value) - 4, value.toFixed(2), 'text-anchor="middle" font-size="10"'),
        ]
      }),
    ),
    across(edge.left, y(mark), width - edge.right, y(mark), 'stroke="#222" stroke-dasharray="4 3"'),
    ...legend(bars.map(({ name }) => name)),
  ])
}
