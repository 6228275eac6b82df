/** Runs a list of instructions. */

import type { Instruction } from '../backend.ts'
import { spanOf } from '../program/instructions.ts'
import { losses } from './losses.ts'
import type { Machine } from './machine.ts'
import { products } from './products.ts'
import { random } from './random.ts'
import { rows } from './rows.ts'
import { sums } from './sums.ts'
import { tables } from './tables.ts'

type Runnable = Exclude<Instruction, { kind: 'loop' | 'end' }>

/** Runs instructions of a kind for the outer indices `from` up to `to`. */
type Runners = {
  readonly [K in Runnable['kind']]: (
    it: Extract<Runnable, { kind: K }>,
    machine: Machine,
    from: number,
    to: number,
  ) => void
}

const runners: Runners = { ...rows, ...products, ...tables, ...sums, ...losses, ...random }

/** Runs an instruction at every index of the axes from number `axis` on that it walks, the last first. */
function walk(it: Instruction, machine: Machine, from: number, to: number, axis = 0): void {
  const extent = spanOf(it).walk?.[axis]
  if (extent === undefined) return run(it, machine, from, to)
  for (let index = machine.count(extent) - 1; index >= 0; index--) {
    machine.walked[axis] = index
    walk(it, machine, from, to, axis + 1)
  }
}

function run(it: Instruction, machine: Machine, from: number, to: number): void {
  if (it.kind === 'loop' || it.kind === 'end') return
  ;(runners[it.kind] as (it: Runnable, machine: Machine, from: number, to: number) => void)(it, machine, from, to)
}

/** Runs `instructions` in order, the stretch between a loop and its end once for each index of the loop. */
export function interpret(instructions: readonly Instruction[], machine: Machine): void {
  for (let index = 0; index < instructions.length; index++) {
    const instruction = instructions[index]!
    if (instruction.kind !== 'loop') {
      walk(instruction, machine, 0, machine.count(spanOf(instruction).outer))
      continue
    }
    let end = index + 1
    while (instructions[end]!.kind !== 'end') end++
    const count = machine.extent(instruction.axis)
    for (let i = 0; i < count; i++) {
      const t = instruction.reverse ? count - 1 - i : i
      for (let inner = index + 1; inner < end; inner++) walk(instructions[inner]!, machine, t, t + 1)
    }
    index = end
  }
}
