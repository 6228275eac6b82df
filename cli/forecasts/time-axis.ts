import type { Tick } from 'unrolled'

/** An axis of times as lines of signs: the axis with its marks, and below them what they are, as far as there is place. `at` counts columns. */
export function timeAxis(ticks: readonly Tick[], across: number): readonly string[] {
  const marks = Array.from({ length: across }, (_, column) => (ticks.some(({ at }) => at === column) ? '┬' : '─'))
  const texts = placed(ticks, across)
  const unders = placed(
    // Where there is no place for two, the later one stays.
    [...ticks].reverse().flatMap(({ at, under }) => (under === undefined ? [] : [{ at, text: under }])),
    across,
  )
  return [marks.join(''), ...[texts, unders].filter((line) => line !== '')]
}

/** Texts, each in the middle of its place where that is free, the first ones first. */
function placed(texts: readonly Tick[], across: number): string {
  const signs = Array.from({ length: across }, () => ' ')
  for (const { at, text } of texts) {
    const from = Math.min(across - text.length, Math.max(0, at - Math.floor(text.length / 2)))
    const around = signs.slice(Math.max(0, from - 1), from + text.length + 1)
    if (from < 0 || around.some((sign) => sign !== ' ')) continue
    signs.splice(from, text.length, ...text)
  }
  return signs.join('').trimEnd()
}
