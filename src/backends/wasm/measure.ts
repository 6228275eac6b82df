/** The time of every instruction: where in a plan it begins and ends, and where in memory it is added up. */

import type { Instruction, InstructionTime } from '../backend.ts'
import type { F64, FunctionBuilder, I32 } from './assembler.ts'
import { f64 } from './opcodes.ts'
import type { Step } from './layouter.ts'
import { isCall } from './synchronise.ts'

/** Two doubles for each instruction of a list: its calls, and the milliseconds that they took together. */
const timeFields = { calls: 0, milliseconds: 8, bytes: 16 } as const

/** Floats that the times of so many instructions need. */
export const timeFloats = (instructions: number): number => (instructions * timeFields.bytes) / 4

/**
 * The plan with a beginning and an end around all calls of one instruction. The wait behind an instruction is part of it: the
 * first thread measures, and what it waits for is that instruction's work on the others.
 */
export function measured(plan: readonly Step[]): Step[] {
  const result: Step[] = []
  let of: number | undefined
  const end = (): void => {
    if (of !== undefined) result.push({ do: 'took', of })
    of = undefined
  }
  for (const step of plan) {
    if (step.do === 'loop' || step.do === 'end' || (isCall(step) && step.of !== of)) end()
    if (isCall(step) && of === undefined) {
      of = step.of
      result.push({ do: 'begin' })
    }
    result.push(step)
  }
  end()
  return result
}

/** Adds one call of instruction number `of` to the times at an address. */
export function addTime(f: FunctionBuilder, times: I32, of: number, milliseconds: F64): void {
  const add = (at: number, value: F64): void => f.do(f64.store(times, f64.add(f64.load(times, at), value), at))
  add(of * timeFields.bytes + timeFields.calls, f64.const(1))
  add(of * timeFields.bytes + timeFields.milliseconds, milliseconds)
}

/** The times of a list at an address. */
export function timesAt(
  doubles: (address: number, count: number) => Float64Array,
  address: number,
  instructions: readonly Instruction[],
): InstructionTime[] {
  const values = doubles(address, 2 * instructions.length)
  return instructions.map((_, i) => ({ calls: values[2 * i]!, milliseconds: values[2 * i + 1]! }))
}
