/** Element by element: a pointwise operation list, and one number everywhere. */

import type { Description } from './description.ts'
import { floatBits } from './float-bits.ts'
import type { Place, Span } from './place.ts'
import { isWork, operationText, type PointwiseOperation } from './pointwise.ts'

/** A result written by ROWS: value number `value` to `place`; then `pad` columns of zeros behind it. */
export interface Output {
  readonly value: number
  readonly place: Place
  readonly pad: number
}

/**
 * A pointwise operation list on every row of the span, `columns` wide; each input is read once. An output may lie exactly
 * on an input (in place). With `rows` = 1 and many columns this is the optimizer's update.
 */
export interface RowsInstruction extends Span {
  readonly kind: 'rows'
  readonly columns: number
  readonly inputs: readonly Place[]
  readonly operations: readonly PointwiseOperation[]
  readonly outputs: readonly Output[]
}

const rows: Description<RowsInstruction> = {
  uses: ({ inputs, outputs, columns }, of) => [
    ...inputs.map((place) => of.read(place, columns, { repeats: true })),
    ...outputs.map(({ place, pad }) => of.write(place, columns, { pad })),
  ],
  sizes: ({ columns }) => ({ columns }),
  rowWise: true,
  effort: ({ columns, operations }) => 4 * columns * (operations.length + 1),
  cost: ({ columns, inputs, operations, outputs }, rows) => ({
    operations: rows * columns * operations.filter(isWork).length,
    bytes: 4 * rows * columns * (inputs.length + outputs.length),
  }),
  text: ({ inputs, operations, outputs, columns }, { at, over }) => {
    const first = inputs.length
    const name = (i: number): string => (i < first ? at(inputs[i]!) : `v${i - first}`)
    const steps = operations.map((operation, i) => `v${i} = ${operationText(operation, name)}`)
    const stores = outputs.map(({ value, place }) => `${at(place)} = ${name(value)}`)
    return `rows    ${over}× ${columns}: ${[...steps, ...stores].join('; ')}`
  },
  label: ({ columns, inputs, operations }, rows) => {
    const count = operations.filter(isWork).length
    const shape = `${rows} × ${columns}`
    if (count === 0) return `${inputs.length > 0 ? 'copy' : 'fill'} ${shape}`
    return `rows ${shape}, ${count} operation${count === 1 ? '' : 's'}`
  },
}

/** dest = value, `columns` wide. */
export interface FillInstruction extends Span {
  readonly kind: 'fill'
  readonly value: number
  readonly columns: number
  readonly dest: Place
}

const fill: Description<FillInstruction> = {
  uses: ({ dest, columns }, of) => [of.write(dest, columns)],
  sizes: ({ columns }) => ({ columns }),
  codes: ({ value }) => [floatBits(value)],
  rowWise: true,
  effort: ({ columns }) => 4 * columns,
  cost: ({ columns }, rows) => ({ operations: 0, bytes: 8 * rows * columns }),
  text: ({ dest, columns, value }, { at, over }) => `fill    ${over}${at(dest)} × ${columns} = ${value}`,
  label: ({ columns }, rows) => `fill ${rows} × ${columns}`,
}

export const rowInstructions = { rows, fill } as const
