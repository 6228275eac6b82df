/** The loss of a softmax against a target column, and its gradient. */

import type { CrossEntropyGradientInstruction, CrossEntropyInstruction } from '../backend.ts'
import { named } from './tables.ts'
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

/** log Σ exp(logits − max) + max − logits[target], the last two first: their difference is small where the loss is. */
const lossOf = (logits: View, at: number, target: number | undefined, max: number, sum: number): number =>
  target === undefined ? NaN : Math.log(sum) + (max - logits.data[at + target * logits.step]!)

/** loss[t, row, 0] = max + log Σ exp(logits − max) − logits[target] */
function runCrossEntropy(instruction: CrossEntropyInstruction, machine: Machine, from: number, to: number): void {
  const { columns } = instruction
  const rows = machine.count(instruction.rows)
  const logits = machine.view(instruction.logits)
  const targets = machine.view(instruction.targets)
  const loss = machine.view(instruction.loss)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      const at = logits.at(t, row)
      const target = named(targets, t, row, columns)
      const max = largest(logits, at, columns)
      const sum = sumOfExponentials(logits, at, columns, max)
      loss.data[loss.at(t, row)] = lossOf(logits, at, target, max, sum)
    }
  }
}

/** dest = (softmax(logits) − onehot(target)) · weight, zero where the weight is zero, zeros behind; and the loss, if it is wanted. */
function runCrossEntropyGradient(
  instruction: CrossEntropyGradientInstruction,
  machine: Machine,
  from: number,
  to: number,
): void {
  const { columns, pad } = instruction
  const rows = machine.count(instruction.rows)
  const logits = machine.view(instruction.logits)
  const targets = machine.view(instruction.targets)
  const weights = machine.view(instruction.weight)
  const dest = machine.view(instruction.dest)
  const loss = instruction.loss && machine.view(instruction.loss)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      const at = logits.at(t, row)
      const destAt = dest.at(t, row)
      const weight = weights.data[weights.at(t, row)]!
      if (weight === 0) for (let c = 0; c < columns; c++) dest.data[destAt + c * dest.step] = 0
      if (weight !== 0 || loss) {
        const target = named(targets, t, row, columns)
        const max = largest(logits, at, columns)
        const sum = sumOfExponentials(logits, at, columns, max)
        if (loss) loss.data[loss.at(t, row)] = lossOf(logits, at, target, max, sum)
        for (let c = 0; weight !== 0 && c < columns; c++) {
          const probability = Math.exp(logits.data[at + c * logits.step]! - max) / sum
          const hot = target === undefined ? NaN : c === target ? 1 : 0
          dest.data[destAt + c * dest.step] = (probability - hot) * weight
        }
      }
      for (let c = columns; c < columns + pad; c++) dest.data[destAt + c] = 0
    }
  }
}

export const losses = { 'cross-entropy': runCrossEntropy, 'cross-entropy-gradient': runCrossEntropyGradient } as const
