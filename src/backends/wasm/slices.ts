/** One long row cut into many short ones, so that it can be dealt out to threads like any other rows. */

import type { Formula, Instruction, Place } from '../backend.ts'

const sliceColumns = 1024

const fixed = (value: number): Formula => (value === 0 ? [] : [{ factor: value, axes: [] }])

/** Whether the formula is that number at any extents. */
const is = (formula: Formula, value: number): boolean =>
  formula.every(({ axes }) => axes.length === 0) && formula.reduce((sum, { factor }) => sum + factor, 0) === value

/** Cuts a pointwise operation on one row of many columns, such as an optimizer's update; gives any other instruction back. */
export function sliced(instruction: Instruction): Instruction[] {
  if (instruction.kind !== 'rows' && instruction.kind !== 'fill') return [instruction]
  const { outer, rows, columns, walk } = instruction
  const count = Math.floor(columns / sliceColumns)
  if (count < 2 || walk || !is(outer, 1) || !is(rows, 1)) return [instruction]
  const behind = columns - count * sliceColumns
  const slices = (columns: number, rows: number, from: number, padded: boolean): Instruction => {
    const part = (place: Place): Place =>
      place.broadcast
        ? { ...place, pitch: [] }
        : { ...place, offset: [...place.offset, ...fixed(from)], pitch: fixed(sliceColumns) }
    const span = { outer, rows: fixed(rows), columns }
    if (instruction.kind === 'fill') return { ...instruction, ...span, dest: part(instruction.dest) }
    return {
      ...instruction,
      ...span,
      inputs: instruction.inputs.map(part),
      outputs: instruction.outputs.map((it) => ({ ...it, place: part(it.place), pad: padded ? it.pad : 0 })),
    }
  }
  const whole = slices(sliceColumns, count, 0, false)
  const padded = instruction.kind === 'rows' && instruction.outputs.some(({ pad }) => pad > 0)
  if (behind > 0) return [whole, slices(behind, 1, count * sliceColumns, true)]
  // The pads stand behind the last column alone.
  return padded
    ? [slices(sliceColumns, count - 1, 0, false), slices(sliceColumns, 1, (count - 1) * sliceColumns, true)]
    : [whole]
}
