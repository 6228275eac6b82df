import type { LongTermResult } from './measure.ts'

const size = { width: 260, height: 200, left: 40, top: 30, right: 10, bottom: 30 }
const colours = ['#c0392b', '#2471a3', '#1e8449', '#b7950b', '#7d3c98', '#566573']

/** Accuracy by distance as an SVG: a panel for each task, a line for each cell, a dashed one for who guesses. */
export function drawing(results: readonly LongTermResult[]): string {
  const distinct = <Value>(of: (result: LongTermResult) => Value): Value[] => [...new Set(results.map(of))]
  const [tasks, cells, distances] = [
    distinct(({ task }) => task),
    distinct(({ cell }) => cell),
    distinct(({ distance }) => distance),
  ]
  const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom }
  const x = (distance: number): number =>
    Math.round(size.left + (inner.width * (distances.indexOf(distance) + 0.5)) / distances.length)
  const y = (share: number): number => Math.round(size.top + inner.height * (1 - share))
  const panel = (task: string, i: number): string => {
    const own = results.filter((result) => result.task === task)
    const guess = y(own[0]!.guessing)
    const lines = cells.map((cell, c) => {
      const points = own.filter((result) => result.cell === cell)
      const path = points.map(({ distance, accuracy }) => `${x(distance)},${y(accuracy)}`)
      const dots = path.map((at) => `<circle cx="${at.split(',')[0]}" cy="${at.split(',')[1]}" r="3" />`).join('')
      const colour = colours[c % colours.length]!
      return `<g stroke="${colour}" fill="${colour}"><polyline points="${path.join(' ')}" fill="none" />${dots}</g>`
    })
    return [
      `<g transform="translate(${i * size.width} 0)">`,
      `<text x="${size.left}" y="18" font-weight="bold">${escaped(task)}</text>`,
      ...[0, 0.5, 1].map((share) => `<text x="4" y="${y(share) + 4}">${100 * share} %</text>`),
      ...distances.map((at) => `<text x="${x(at)}" y="${size.height - 10}" text-anchor="middle">${at}</text>`),
      `<path d="M${size.left} ${y(1)}V${y(0)}H${size.width - size.right}" fill="none" stroke="#888" />`,
      `<path d="M${size.left} ${guess}H${size.width - size.right}" stroke="#888" stroke-dasharray="4 3" />`,
      ...lines,
      '</g>',
    ].join('\n')
  }
  const width = tasks.length * size.width
  const key = cells.map(
    (cell, c) =>
      `<text x="${size.left + 110 * c}" y="${size.height + 14}" fill="${colours[c % colours.length]}">${escaped(cell)}</text>`,
  )
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${size.height + 24}" font-family="sans-serif" font-size="11">`,
    `<title>Right answers by distance</title>`,
    ...tasks.map(panel),
    ...key,
    '</svg>',
  ].join('\n')}\n`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
