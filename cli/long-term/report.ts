import { createColors } from 'picocolors'
import { aligned } from '../aligned.ts'
import { duration } from '../numbers.ts'
import type { Terminal } from '../terminal.ts'
import type { LongTermResult } from './measure.ts'
import { longTermTasks } from './tasks.ts'

/** The least distance at which a cell does not hold, for each task and cell; null where it holds everywhere. */
export function breaksAt(results: readonly LongTermResult[]): Record<string, Record<string, number | null>> {
  const breaks: Record<string, Record<string, number | null>> = {}
  for (const { task, cell, distance, holds } of results) {
    const of = (breaks[task] ??= {})
    of[cell] ??= null
    if (!holds && distance < (of[cell] ?? Infinity)) of[cell] = distance
  }
  return breaks
}

const percent = (share: number): string => `${Math.round(100 * share)} %`
const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)]

/** Everything that was measured, task by task; then how far back the last output is felt. */
export function reportLines(
  results: readonly LongTermResult[],
  terminal: Pick<Terminal, 'colour' | 'columns'>,
): string[] {
  const { bold } = createColors(terminal.colour)
  const seconds = results.reduce((sum, { seconds }) => sum + seconds, 0)
  return [
    ...longTermTasks.flatMap(({ name, says, guessing }) => {
      const own = results.filter(({ task }) => task === name)
      if (own.length === 0) return []
      return [`${bold(name)}: ${says}; guessing gives ${percent(guessing)}`, ...taskLines(own, terminal.colour), '']
    }),
    ...gradientLines(results, terminal),
    '',
    `${results.length} networks trained in ${duration(1000 * seconds)}`,
  ]
}

/** A row for each cell: what is right by distance, and where it breaks; how far back it is felt; how long it took. */
function taskLines(results: readonly LongTermResult[], colour: boolean): string[] {
  const distances = distinct(results.map(({ distance }) => distance))
  const breaks = breaksAt(results)[results[0]!.task]!
  const rows = distinct(results.map(({ cell }) => cell)).flatMap((cell) => {
    const at = distances.map((distance) => results.find((one) => one.cell === cell && one.distance === distance))
    const row = (name: string, what: string, shown: (result: LongTermResult) => string, end = ''): string[] => [
      name,
      what,
      ...at.map((result) => (result ? shown(result) : '')),
      end,
    ]
    const broken = breaks[cell] ?? null
    return [
      row(cell, 'right', ({ accuracy }) => percent(accuracy), broken === null ? 'holds' : `breaks at ${broken}`),
      row('', 'felt back', ({ before, after }) => `${before.steps} → ${after.steps}`),
      row('', 'time', ({ seconds }) => `${seconds.toFixed(1)} s`),
    ]
  })
  const head = ['', 'distance', ...distances.map(String), '']
  const lines = aligned([head, ...rows], (column) => column > 1 && column < head.length - 1)
  const { dim, green, red } = createColors(colour)
  return lines.map((line) => {
    const painted = / holds$/.test(line) ? green : /breaks at \d+$/.test(line) ? red : dim
    return `  ${painted(line)}`
  })
}

const levels = ' ▁▂▃▄▅▆▇█'
/** What the lowest level stands for; each one above it stands for as many times more. */
const lowest = 1e-4

/** The gradient of the last output by steps back, at the longest distance that each task was measured at. */
function gradientLines(results: readonly LongTermResult[], { columns }: Pick<Terminal, 'columns'>): string[] {
  const rows = distinct(results.map(({ task }) => task)).flatMap((task) => {
    const own = results.filter((result) => result.task === task)
    const furthest = Math.max(...own.map(({ distance }) => distance))
    const shown = own.filter(({ distance }) => distance === furthest)
    return shown.flatMap(({ cell, before, after }, i) => [
      { what: i === 0 ? `${task} at ${furthest}` : '', cell, when: 'before', gradient: before.gradient },
      { what: '', cell: '', when: 'after', gradient: after.gradient },
    ])
  })
  const names = aligned(
    rows.map(({ what, cell, when }) => [what, cell, when]),
    () => false,
  )
  const wide = Math.max(...names.map(({ length }) => length))
  const room = Math.max(8, columns - wide - 5)
  return [
    'how much of the gradient of the last output is left, the last step to the right (█ all, ▁ 1 in 10,000, before and after training)',
    ...rows.map(({ gradient }, i) => `  ${names[i]!.padEnd(wide)}  ${bars(gradient, room)}`),
  ]
}

/** Shares on a logarithmic scale, the first to the right; where there are more than room, the largest of neighbours. */
function bars(shares: readonly number[], room: number): string {
  const width = Math.min(room, shares.length)
  const level = (share: number): number =>
    share < lowest ? 0 : 1 + Math.round(((levels.length - 2) * Math.log(share / lowest)) / -Math.log(lowest))
  return Array.from({ length: width }, (_, i) => {
    const part = shares.slice(Math.floor((i * shares.length) / width), Math.floor(((i + 1) * shares.length) / width))
    return levels[level(Math.max(...part))]
  })
    .toReversed()
    .join('')
}
