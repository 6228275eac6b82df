/** The loss of a softmax against a target column, and its gradient. */

import { UnrolledError } from '../../error.ts'
import type { CrossEntropyGradientInstruction, CrossEntropyInstruction } from '../backend.ts'
import type { Machine, View } from './machine.ts'

const largest = (logits: View, at: number, columns: number): number => {
  let max = -Infinity
  for (let c = 0; c < columns; c++) max = Math.max(max, logits.data[at + c * logits.step]!)
  return max
}

const sumOfExponentials = (logits: View, at: number, columns: number, max: number): number => {
  let sum = 0
  for (let c = 0; c < columns; c++) sum += Math.exp(logits.data[at + c * logits.step]! - max)
  return sum
}

const targetAt = (targets: View, t: number, row: number, columns: number): number => {
  const target = targets.data[targets.at(t, row)]!
  if (Number.isInteger(target) && target >= 0 && target < columns) return target
  throw new UnrolledError('bad-id', `target ${target} is none of ${columns} columns`)
}

/** log Σ exp(logits − max) + max − logits[target], the last two first: their difference is small where the loss is. */
const lossOf = (logits: View, at: number, target: number, max: number, sum: number): number =>
  Math.log(sum) + (max - logits.data[at + target * logits.step]!)

/** loss[t, row, 0] = max + log Σ exp(logits − max) − logits[target] */
export function runCrossEntropy(
  instruction: CrossEntropyInstruction,
  machine: Machine,
  from: number,
  to: number,
): void {
  const { columns } = instruction
  const rows = machine.count(instruction.rows)
  const logits = machine.view(instruction.logits, from, to, rows, columns)
  const targets = machine.view(instruction.targets, from, to, rows, 1)
  const loss = machine.view(instruction.loss, from, to, rows, 1)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      const at = logits.at(t, row)
      const target = targetAt(targets, t, row, columns)
      const max = largest(logits, at, columns)
      const sum = sumOfExponentials(logits, at, columns, max)
      loss.data[loss.at(t, row)] = lossOf(logits, at, target, max, sum)
    }
  }
}

/** dest = (softmax(logits) − onehot(target)) · weight, zero where the weight is zero, zeros behind; and the loss, if it is wanted. */
export function runCrossEntropyGradient(
  instruction: CrossEntropyGradientInstruction,
  machine: Machine,
  from: number,
  to: number,
): void {
  const { columns, pad } = instruction
  const rows = machine.count(instruction.rows)
  const logits = machine.view(instruction.logits, from, to, rows, columns)
  const targets = machine.view(instruction.targets, from, to, rows, 1)
  const weights = machine.view(instruction.weight, from, to, rows, 1)
  const dest = machine.view(instruction.dest, from, to, rows, columns + pad)
  const loss = instruction.loss && machine.view(instruction.loss, from, to, rows, 1)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      const at = logits.at(t, row)
      const destAt = dest.at(t, row)
      const weight = weights.data[weights.at(t, row)]!
      if (weight === 0) for (let c = 0; c < columns; c++) dest.data[destAt + c * dest.step] = 0
      if (weight !== 0 || loss) {
        const target = targetAt(targets, t, row, columns)
        const max = largest(logits, at, columns)
        const sum = sumOfExponentials(logits, at, columns, max)
        if (loss) loss.data[loss.at(t, row)] = lossOf(logits, at, target, max, sum)
        for (let c = 0; weight !== 0 && c < columns; c++) {
          const probability = Math.exp(logits.data[at + c * logits.step]! - max) / sum
          dest.data[destAt + c * dest.step] = (probability - (c === target ? 1 : 0)) * weight
        }
      }
      for (let c = columns; c < columns + pad; c++) dest.data[destAt + c] = 0
    }
  }
}
