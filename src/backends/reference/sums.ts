/** Sums over rows, over columns, and of squares. */

import type {
  DotInstruction,
  MaxRowsInstruction,
  ReduceColumnsInstruction,
  SumRowsInstruction,
  SumSquaresInstruction,
  WeightedSumInstruction,
} from '../program/sums.ts'
import { lastChunk } from './chunks.ts'
import type { Machine } from './machine.ts'

/** dest[t, row] += source[t, row]: the last chunk first; one row that takes everything gets each chunk summed from zero. */
function runSumRows(instruction: SumRowsInstruction, machine: Machine, from: number, to: number): void {
  const { columns, chunk } = instruction
  const rows = machine.count(instruction.rows)
  const source = machine.view(instruction.source)
  const dest = machine.view(instruction.dest)
  const whole = dest.stride === 0 && dest.pitch === 0
  const sums = machine.scratch(columns)
  for (let first = lastChunk(from, to, chunk); first >= from; first -= chunk) {
    sums.fill(0, 0, columns)
    for (let t = first; t < Math.min(first + chunk, to); t++) {
      for (let row = 0; row < rows; row++) {
        for (let c = 0; c < columns; c++) {
          const value = source.data[source.at(t, row) + c * source.step]!
          if (whole) sums[c]! += value
          else dest.data[dest.at(t, row) + c * dest.step]! += value
        }
      }
    }
    if (whole) for (let c = 0; c < columns; c++) dest.data[dest.at(from, 0) + c * dest.step]! += sums[c]!
  }
}

/** dest[t, row, 0] = the sum, or the maximum, of source[t, row] in rising columns. */
function runReduceColumns(instruction: ReduceColumnsInstruction, machine: Machine, from: number, to: number): void {
  const { reduction, columns } = instruction
  const rows = machine.count(instruction.rows)
  const source = machine.view(instruction.source)
  const dest = machine.view(instruction.dest)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      let result = reduction === 'sum' ? 0 : -Infinity
      for (let c = 0; c < columns; c++) {
        const value = source.data[source.at(t, row) + c * source.step]!
        result = reduction === 'sum' ? result + value : Math.max(result, value)
      }
      dest.data[dest.at(t, row)] = result
    }
  }
}

const squaresBlock = 4096

/** dest[0] = Σ source², block by block. */
function runSumSquares(instruction: SumSquaresInstruction, machine: Machine, t: number): void {
  const { columns } = instruction
  const source = machine.view(instruction.source)
  const dest = machine.view(instruction.dest)
  let total = 0
  for (let first = 0; first < columns; first += squaresBlock) {
    let sum = 0
    for (let c = first; c < Math.min(first + squaresBlock, columns); c++) {
      const value = source.data[source.at(t, 0) + c * source.step]!
      sum += value * value
    }
    total += sum
  }
  dest.data[dest.at(t, 0)] = total
}

/** dest[t, row] += weight[t, row, 0] · source[t, row]: the last chunk first. */
function runWeightedSum(instruction: WeightedSumInstruction, machine: Machine, from: number, to: number): void {
  const { columns, chunk } = instruction
  const rows = machine.count(instruction.rows)
  const weight = machine.view(instruction.weight)
  const source = machine.view(instruction.source)
  const dest = machine.view(instruction.dest)
  for (let first = lastChunk(from, to, chunk); first >= from; first -= chunk) {
    for (let t = first; t < Math.min(first + chunk, to); t++) {
      for (let row = 0; row < rows; row++) {
        const factor = weight.data[weight.at(t, row)]!
        for (let c = 0; c < columns; c++)
          dest.data[dest.at(t, row) + c * dest.step]! += factor * source.data[source.at(t, row) + c * source.step]!
      }
    }
  }
}

/** dest[t, row] = the larger of dest[t, row] and source[t, row]. */
function runMaxRows(instruction: MaxRowsInstruction, machine: Machine, from: number, to: number): void {
  const rows = machine.count(instruction.rows)
  const source = machine.view(instruction.source)
  const dest = machine.view(instruction.dest)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < instruction.columns; c++) {
        const at = dest.at(t, row) + c * dest.step
        dest.data[at] = Math.max(dest.data[at]!, source.data[source.at(t, row) + c * source.step]!)
      }
    }
  }
}

/** dest[t, row, 0] = Σ a[t, row] · b[t, row] in rising columns. */
function runDot(instruction: DotInstruction, machine: Machine, from: number, to: number): void {
  const rows = machine.count(instruction.rows)
  const a = machine.view(instruction.a)
  const b = machine.view(instruction.b)
  const dest = machine.view(instruction.dest)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      let sum = 0
      for (let c = 0; c < instruction.columns; c++)
        sum += a.data[a.at(t, row) + c * a.step]! * b.data[b.at(t, row) + c * b.step]!
      dest.data[dest.at(t, row)] = sum
    }
  }
}

export const sums = {
  'sum-rows': runSumRows,
  'reduce-columns': runReduceColumns,
  'sum-squares': runSumSquares,
  'weighted-sum': runWeightedSum,
  'max-rows': runMaxRows,
  dot: runDot,
} as const
