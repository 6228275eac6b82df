/** What an instruction reads and writes of each of its places, however the numbers in memory are. */

import type { Formula, Instruction, Place } from '../backend.ts'

/** Some columns of rows 0 up to `rows` of outer indices 0 up to `outer` of a place. */
export interface Use {
  readonly place: Place
  readonly outer: Formula
  readonly rows: Formula
  readonly columns: number
  /** Whether every column may read the float at column 0. */
  readonly repeats?: boolean
}

export const fixed = (value: number): Formula => (value === 0 ? [] : [{ factor: value, axes: [] }])
const one = fixed(1)

/** The uses of an instruction; `loop` is how often the loop goes round that it stands in, if any. */
export function usesOf(it: Instruction, loop: Formula | undefined): Use[] {
  const span = 'outer' in it ? { outer: loop ?? it.outer, rows: it.rows } : { outer: loop ?? one, rows: one }
  const use = (place: Place, columns: number, rows: Formula = span.rows): Use => ({ ...span, rows, place, columns })
  switch (it.kind) {
    case 'loop':
    case 'end':
      return []
    case 'rows':
      return [
        ...it.inputs.map((place) => ({ ...use(place, it.columns), repeats: true })),
        ...it.outputs.map(({ place, pad }) => use(place, it.columns + pad)),
      ]
    case 'pack':
      return it.blocks.map(({ source, k, n, transposed }) =>
        transposed ? use(source, n, fixed(k)) : use(source, k, fixed(n)),
      )
    case 'gemm': {
      const start = typeof it.start === 'string' ? [] : [use(it.start.row, it.n, one)]
      return [use(it.a, it.k), use(it.dest, it.n), ...start]
    }
    case 'gemm-ta':
      return [use(it.g, it.m), use(it.a, it.n), { ...use(it.dest, it.n, fixed(it.m)), outer: loop ?? one }]
    case 'gather':
      return [use(it.table, it.columns, fixed(it.count)), use(it.ids, 1), use(it.dest, it.columns + it.pad)]
    case 'scatter-add':
      return [use(it.source, it.columns), use(it.ids, 1), use(it.dest, it.columns, fixed(it.count))]
    case 'sum-rows':
      return [use(it.source, it.columns), use(it.dest, it.columns)]
    case 'reduce-columns':
      return [use(it.source, it.columns), use(it.dest, 1)]
    case 'cross-entropy':
      return [use(it.logits, it.columns), use(it.targets, 1), use(it.loss, 1)]
    case 'cross-entropy-gradient':
      return [
        use(it.logits, it.columns),
        use(it.targets, 1),
        use(it.weight, 1),
        use(it.dest, it.columns + it.pad),
        ...(it.loss ? [use(it.loss, 1)] : []),
      ]
    case 'sum-squares':
      return [use(it.source, it.columns), use(it.dest, 1)]
    case 'random':
      return [use(it.dest, it.columns + it.pad)]
    case 'fill':
      return [use(it.dest, it.columns)]
  }
}
