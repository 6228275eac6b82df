/** Runs a list of instructions. */

import type { Instruction } from '../backend.ts'
import { runCrossEntropy, runCrossEntropyGradient } from './cross-entropy.ts'
import { runFill } from './fill.ts'
import { runGather, runScatterAdd } from './gather.ts'
import type { Machine } from './machine.ts'
import { runGemm, runGemmTa, runPack } from './products.ts'
import { runRandom } from './random.ts'
import { runRows } from './rows.ts'
import { runReduceColumns, runSumRows, runSumSquares } from './sums.ts'

/** Runs `instructions` in order, the stretch between a loop and its end once for each index of the loop. */
export function interpret(instructions: readonly Instruction[], machine: Machine): void {
  for (let index = 0; index < instructions.length; index++) {
    const instruction = instructions[index]!
    if (instruction.kind !== 'loop') {
      runOne(instruction, machine, 0, 'outer' in instruction ? machine.count(instruction.outer) : 1)
      continue
    }
    let end = index + 1
    while (instructions[end]!.kind !== 'end') end++
    const count = machine.extent(instruction.axis)
    for (let i = 0; i < count; i++) {
      const t = instruction.reverse ? count - 1 - i : i
      for (let inner = index + 1; inner < end; inner++) runOne(instructions[inner]!, machine, t, t + 1)
    }
    index = end
  }
}

/** Runs one instruction for the outer indices `from` up to `to`. */
function runOne(instruction: Instruction, machine: Machine, from: number, to: number): void {
  switch (instruction.kind) {
    case 'rows':
      return runRows(instruction, machine, from, to)
    case 'pack':
      return runPack(instruction, machine, from)
    case 'gemm':
      return runGemm(instruction, machine, from, to)
    case 'gemm-ta':
      return runGemmTa(instruction, machine, from, to)
    case 'gather':
      return runGather(instruction, machine, from, to)
    case 'scatter-add':
      return runScatterAdd(instruction, machine, from, to)
    case 'sum-rows':
      return runSumRows(instruction, machine, from, to)
    case 'reduce-columns':
      return runReduceColumns(instruction, machine, from, to)
    case 'cross-entropy':
      return runCrossEntropy(instruction, machine, from, to)
    case 'cross-entropy-gradient':
      return runCrossEntropyGradient(instruction, machine, from, to)
    case 'sum-squares':
      return runSumSquares(instruction, machine, from)
    case 'random':
      return runRandom(instruction, machine, from, to)
    case 'fill':
      return runFill(instruction, machine, from, to)
    case 'loop':
    case 'end':
      return
  }
}
