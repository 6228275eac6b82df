/** Rows of a table by number, and what is added back to them. */

import type { GatherInstruction, ScatterAddInstruction } from '../backend.ts'
import { lastChunk } from './chunks.ts'
import type { Machine, View } from './machine.ts'

/** The row or column out of `count` that a number names, if it names one. */
export const named = (ids: View, t: number, row: number, count: number): number | undefined => {
  const id = ids.data[ids.at(t, row)]!
  return Number.isInteger(id) && id >= 0 && id < count ? id : undefined
}

/** dest[t, row] = table[ids[t, row]], and zeros behind; NaN where the table has no such row. */
function runGather(instruction: GatherInstruction, machine: Machine, from: number, to: number): void {
  const { columns, pad, count } = instruction
  const rows = machine.count(instruction.rows)
  const table = machine.view(instruction.table)
  const ids = machine.view(instruction.ids)
  const dest = machine.view(instruction.dest)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      const id = named(ids, t, row, count)
      for (let c = 0; c < columns; c++) {
        dest.data[dest.at(t, row) + c * dest.step] =
          id === undefined ? NaN : table.data[table.at(t, id) + c * table.step]!
      }
      for (let c = columns; c < columns + pad; c++) dest.data[dest.at(t, row) + c] = 0
    }
  }
}

/** dest[ids[t, row]] += source[t, row], where dest has such a row: the last chunk first, rising (t, row) within. */
function runScatterAdd(instruction: ScatterAddInstruction, machine: Machine, from: number, to: number): void {
  const { columns, chunk, count } = instruction
  const rows = machine.count(instruction.rows)
  const source = machine.view(instruction.source)
  const ids = machine.view(instruction.ids)
  const dest = machine.view(instruction.dest)
  for (let first = lastChunk(from, to, chunk); first >= from; first -= chunk) {
    for (let t = first; t < Math.min(first + chunk, to); t++) {
      for (let row = 0; row < rows; row++) {
        const id = named(ids, t, row, count)
        for (let c = 0; id !== undefined && c < columns; c++) {
          dest.data[dest.at(t, id) + c * dest.step]! += source.data[source.at(t, row) + c * source.step]!
        }
      }
    }
  }
}

export const tables = { gather: runGather, 'scatter-add': runScatterAdd } as const
