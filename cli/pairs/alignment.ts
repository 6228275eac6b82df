import type { Translation } from 'unrolled'
import { aligned } from '../aligned.ts'

/** From nothing to all that a symbol looked at. */
const shades = [' ', '░', '▒', '▓', '█']

/** Where each written symbol looked: a row for each, a column for each symbol that was read. */
export function alignmentText(
  { attention = [] }: Translation,
  read: readonly string[],
  written: readonly string[],
): string {
  const shade = (weight: number): string =>
    shades[Math.min(shades.length - 1, Math.round(weight * (shades.length - 1)))]!
  const wide = read.map((symbol) => Math.max(1, [...symbol].length))
  const head = ['', read.join(' ')]
  const rows = attention.map((weights, i) => [
    written[i]!,
    weights.map((weight, s) => shade(weight).repeat(wide[s] ?? 1)).join(' '),
  ])
  return aligned([head, ...rows], () => false).join('\n')
}
