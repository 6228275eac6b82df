import type { FillInstruction, PointwiseOperation, RowsInstruction } from '../backend.ts'
import type { Machine } from './machine.ts'
import { ofOne, ofTwo } from '../../element-functions.ts'

/** Element by element: all inputs, then each operation in turn, then all outputs; the zeros behind a row when it is done. */
function runRows(instruction: RowsInstruction, machine: Machine, from: number, to: number): void {
  const { columns, inputs, operations, outputs } = instruction
  const rows = machine.count(instruction.rows)
  const values = machine.scratch(inputs.length + operations.length)
  const reads = inputs.map((input) => machine.view(input))
  const writes = outputs.map(({ place }) => machine.view(place))
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let i = 0; i < reads.length; i++) {
          const input = reads[i]!
          values[i] = input.data[input.at(t, row) + column * input.step]!
        }
        for (let i = 0; i < operations.length; i++) values[inputs.length + i] = valueOf(operations[i]!, values, t)
        for (let i = 0; i < writes.length; i++) {
          const output = writes[i]!
          output.data[output.at(t, row) + column * output.step] = values[outputs[i]!.value]!
        }
      }
      for (let i = 0; i < writes.length; i++) {
        const output = writes[i]!
        const end = output.at(t, row) + columns
        output.data.fill(0, end, end + outputs[i]!.pad)
      }
    }
  }
}

function valueOf(operation: PointwiseOperation, values: Float64Array, t: number): number {
  switch (operation.op) {
    case 'constant':
      return operation.value
    case 'position':
      return t
    case 'select':
      return values[operation.condition] !== 0 ? values[operation.a]! : values[operation.b]!
    default:
      return 'b' in operation
        ? ofTwo[operation.op](values[operation.a]!, values[operation.b]!)
        : ofOne[operation.op](values[operation.a]!)
  }
}

/** dest = value */
function runFill(
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

export const rows = { rows: runRows, fill: runFill } as const
