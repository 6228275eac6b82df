/** What an instruction reads and writes of each of its places, however the numbers in memory are. */

import type { Formula, Instruction, Place } from '../backend.ts'

/** Some columns of rows 0 up to `rows` of outer indices 0 up to `outer` of a place. */
export interface Use {
  readonly place: Place
  readonly outer: Formula
  readonly rows: Formula
  readonly columns: number
  /** The last of the columns that are written as zeros. */
  readonly pad: number
  /** `add`: what is there is read, and written again with something added. Reads come first. */
  readonly access: 'read' | 'write' | 'add'
  /** Whether every column may read the float at column 0. */
  readonly repeats?: boolean
}

export const fixed = (value: number): Formula => (value === 0 ? [] : [{ factor: value, axes: [] }])
const one = fixed(1)

/** The uses of an instruction; `loop` is how often the loop goes round that it stands in, if any. */
export function usesOf(it: Instruction, loop: Formula | undefined): Use[] {
  const span = 'outer' in it ? { outer: loop ?? it.outer, rows: it.rows } : { outer: loop ?? one, rows: one }
  const use =
    (access: Use['access']) =>
    (place: Place, columns: number, rows: Formula = span.rows, pad = 0): Use => ({
      ...span,
      access,
      rows,
      place,
      columns: columns + pad,
      pad,
    })
  const [read, write, add] = [use('read'), use('write'), use('add')]
  switch (it.kind) {
    case 'loop':
    case 'end':
      return []
    case 'rows':
      return [
        ...it.inputs.map((place) => ({ ...read(place, it.columns), repeats: true })),
        ...it.outputs.map(({ place, pad }) => write(place, it.columns, it.rows, pad)),
      ]
    case 'pack':
      return it.blocks.map(({ source, k, n, transposed }) =>
        transposed ? read(source, n, fixed(k)) : read(source, k, fixed(n)),
      )
    case 'gemm': {
      const start = typeof it.start === 'string' ? [] : [read(it.start.row, it.n, one)]
      return [read(it.a, it.k), ...start, (it.start === 'dest' ? add : write)(it.dest, it.n)]
    }
    case 'gemm-ta':
      return [read(it.g, it.m), read(it.a, it.n), { ...add(it.dest, it.n, fixed(it.m)), outer: loop ?? one }]
    case 'gather':
      return [read(it.table, it.columns, fixed(it.count)), read(it.ids, 1), write(it.dest, it.columns, it.rows, it.pad)]
    case 'scatter-add':
      return [read(it.source, it.columns), read(it.ids, 1), add(it.dest, it.columns, fixed(it.count))]
    case 'sum-rows':
      return [read(it.source, it.columns), add(it.dest, it.columns)]
    case 'reduce-columns':
      return [read(it.source, it.columns), write(it.dest, 1)]
    case 'cross-entropy':
      return [read(it.logits, it.columns), read(it.targets, 1), write(it.loss, 1)]
    case 'cross-entropy-gradient':
      return [
        read(it.logits, it.columns),
        read(it.targets, 1),
        read(it.weight, 1),
        write(it.dest, it.columns, it.rows, it.pad),
        ...(it.loss ? [write(it.loss, 1)] : []),
      ]
    case 'sum-squares':
      return [read(it.source, it.columns), write(it.dest, 1)]
    case 'random':
      return [write(it.dest, it.columns, it.rows, it.pad)]
    case 'fill':
      return [write(it.dest, it.columns)]
  }
}
