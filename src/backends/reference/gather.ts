/** Rows of a table by number, and what is added back to them. */

import { UnrolledError } from '../../error.ts'
import type { GatherInstruction, ScatterAddInstruction } from '../backend.ts'
import { lastChunk } from './chunks.ts'
import type { Machine, View } from './machine.ts'

const idAt = (ids: View, t: number, row: number): number => {
  const id = ids.data[ids.at(t, row)]!
  if (Number.isInteger(id) && id >= 0) return id
  throw new UnrolledError('bad-id', `${id} is no row of a table`)
}

/** dest[t, row] = table[ids[t, row]], and zeros behind. */
export function runGather(instruction: GatherInstruction, machine: Machine, from: number, to: number): void {
  const { columns, pad } = instruction
  const rows = machine.count(instruction.rows)
  const ids = machine.view(instruction.ids, from, to, rows, 1)
  const dest = machine.view(instruction.dest, from, to, rows, columns + pad)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      const id = idAt(ids, t, row)
      const table = machine.view(instruction.table, t, t + 1, id + 1, columns)
      for (let c = 0; c < columns; c++) {
        dest.data[dest.at(t, row) + c * dest.step] = table.data[table.at(t, id) + c * table.step]!
      }
      for (let c = columns; c < columns + pad; c++) dest.data[dest.at(t, row) + c] = 0
    }
  }
}

/** dest[ids[t, row]] += source[t, row]: the last chunk first, rising (t, row) within. */
export function runScatterAdd(instruction: ScatterAddInstruction, machine: Machine, from: number, to: number): void {
  const { columns, chunk } = instruction
  const rows = machine.count(instruction.rows)
  const source = machine.view(instruction.source, from, to, rows, columns)
  const ids = machine.view(instruction.ids, from, to, rows, 1)
  for (let first = lastChunk(from, to, chunk); first >= from; first -= chunk) {
    for (let t = first; t < Math.min(first + chunk, to); t++) {
      for (let row = 0; row < rows; row++) {
        const id = idAt(ids, t, row)
        const dest = machine.view(instruction.dest, t, t + 1, id + 1, columns)
        for (let c = 0; c < columns; c++) {
          dest.data[dest.at(t, id) + c * dest.step]! += source.data[source.at(t, row) + c * source.step]!
        }
      }
    }
  }
}
