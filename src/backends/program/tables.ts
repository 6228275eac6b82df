/** Rows of a table by number, and what is added back to them. */

import type { Description } from './description.ts'
import { fixed, type Place, type Span } from './place.ts'

/**
 * dest[t, row] = table[ids[t, row]], `columns` wide and `pad` zeros. The table has `count` rows; where an id is none of them (not a
 * whole number from 0 to count − 1), the columns are NaN.
 */
export interface GatherInstruction extends Span {
  readonly kind: 'gather'
  readonly table: Place
  readonly ids: Place
  readonly dest: Place
  readonly count: number
  readonly columns: number
  readonly pad: number
}

const gather: Description<GatherInstruction> = {
  uses: ({ table, ids, dest, count, columns, pad }, of) => [
    of.read(table, columns, { rows: fixed(count) }),
    of.read(ids, 1),
    of.write(dest, columns, { pad }),
  ],
  sizes: ({ columns, pad, count }) => ({ columns, pad, count }),
  rowWise: true,
  overPads: true,
  effort: ({ columns }) => 4 * columns,
  cost: ({ columns }, rows) => ({ operations: 0, bytes: 8 * rows * columns }),
  text: ({ table, ids, dest }, { at, over }) => `gather  ${over}${at(dest)} = ${at(table)}[${at(ids)}]`,
  label: ({ columns }, rows) => `gather ${rows} × ${columns}`,
}

/**
 * dest[ids[t, row]] += source[t, row]: one addition at a time, chunks of `chunk` steps last to first, rising (t, row) within.
 * dest has `count` rows; what has an id that is none of them is left out.
 */
export interface ScatterAddInstruction extends Span {
  readonly kind: 'scatter-add'
  readonly source: Place
  readonly ids: Place
  readonly dest: Place
  readonly count: number
  readonly columns: number
  readonly chunk: number
}

const scatterAdd: Description<ScatterAddInstruction> = {
  uses: ({ source, ids, dest, count, columns }, of) => [
    of.read(source, columns),
    of.read(ids, 1),
    of.add(dest, columns, { rows: fixed(count) }),
  ],
  sizes: ({ columns, chunk, count }) => ({ columns, chunk, count }),
  rowWise: false,
  overPads: true,
  effort: ({ columns }) => 4 * columns,
  cost: ({ columns }, rows) => ({ operations: rows * columns, bytes: 8 * rows * columns }),
  text: ({ source, ids, dest }, { at, over }) => `scatter ${over}${at(dest)}[${at(ids)}] += ${at(source)}`,
  label: ({ columns }, rows) => `scatter add ${rows} × ${columns}`,
}

export const tableInstructions = { gather, 'scatter-add': scatterAdd } as const
