import type { Figure } from '../speaking.ts'
import { shareText } from './label-report.ts'
import { tableText } from './table-text.ts'

/** Shares with their bounds, a line each; with what is to stand beside them, where anything is. */
export function figuresText(
  figures: readonly Figure[],
  beside?: { readonly called: string; readonly values: readonly number[] },
): string {
  return tableText([
    ['', 'found', '95 %', ...(beside ? [beside.called] : [])],
    ...figures.map(({ name, value, interval: [from, to] }, i) => [
      name,
      shareText(value),
      `${shareText(from)} to ${shareText(to)}`,
      ...(beside ? [shareText(beside.values[i]!)] : []),
    ]),
  ])
}
