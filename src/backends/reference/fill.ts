import type { FillInstruction } from '../backend.ts'
import type { Machine } from './machine.ts'

/** dest = value */
export function runFill(
  { value, columns, ...instruction }: FillInstruction,
  machine: Machine,
  from: number,
  to: number,
): void {
  const rows = machine.count(instruction.rows)
  const dest = machine.view(instruction.dest)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < columns; c++) dest.data[dest.at(t, row) + c * dest.step] = value
    }
  }
}
