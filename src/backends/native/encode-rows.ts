/**
 * ROWS for the interpreter in native/rows.h: constants become operands, every other operation gets a block of scratch memory
 * that it shares with those that are done by then, and results are written in place where nothing that is still to be read
 * lies there.
 */

import type { Place, RowsInstruction } from '../backend.ts'
import { floatBits } from '../program/float-bits.ts'
import { operandsOf } from '../program/pointwise.ts'
import { operations, pairable, type NativeOperation } from './operations.ts'

interface Step {
  readonly op: NativeOperation
  readonly operands: readonly number[]
}

/** The numbers that native/rows.h reads. */
export function encodeRows(instruction: RowsInstruction): number[] {
  const { columns, inputs, outputs } = instruction
  const { constants, ...apart } = ordered(instruction)
  const firstStep = inputs.length + constants.length
  const { steps, results } = paired(apart.steps, apart.results, firstStep)
  const lastUse = new Map<number, number>()
  for (const [i, { operands }] of steps.entries()) for (const value of operands) lastUse.set(value, i)
  for (const value of results) lastUse.set(value, steps.length)
  const slots = slotsOf(steps, firstStep, lastUse)
  const writers = writersOf(instruction, results, lastUse, firstStep)
  return [
    columns,
    inputs.length,
    steps.length,
    outputs.length,
    constants.length,
    ...steps.flatMap(({ op, operands: [a = 0, b = 0, c = 0] }, i) => [operations.indexOf(op), a, b, c, slots[i]!]),
    ...outputs.flatMap(({ pad }, i) => [results[i]!, pad, writers[i]!]),
    ...constants.map(floatBits),
  ]
}

/** The operations renumbered: inputs, then constants, then all others; and the value of each output. */
function ordered({ inputs, operations: list, outputs }: RowsInstruction): {
  steps: Step[]
  constants: number[]
  results: number[]
} {
  const constants = list.flatMap((operation) => (operation.op === 'constant' ? [operation.value] : []))
  const names: number[] = inputs.map((_, i) => i)
  const steps: Step[] = []
  let constant = inputs.length
  const add = (step: Step): number => inputs.length + constants.length + steps.push(step) - 1
  for (const operation of list) {
    if (operation.op === 'constant') names.push(constant++)
    else names.push(add({ op: operation.op, operands: operandsOf(operation).map((value) => names[value]!) }))
  }
  // An input that another output is written over has to be read before.
  const results = outputs.map(({ value }, o) => {
    const name = names[value]!
    const place = inputs[name]
    const lost = place && outputs.some((other, i) => i !== o && samePlace(other.place, place))
    return lost ? add({ op: 'copy', operands: [name] }) : name
  })
  return { steps, constants, results }
}

/** Steps that are read once, by an addition, subtraction or product, are joined with it: half of the memory traffic goes. */
function paired(
  steps: readonly Step[],
  results: readonly number[],
  firstStep: number,
): { steps: Step[]; results: number[] } {
  const reads = new Map<number, number>()
  for (const value of [...steps.flatMap(({ operands }) => operands), ...results]) {
    reads.set(value, (reads.get(value) ?? 0) + 1)
  }
  const joined = new Set<number>()
  const pairs = new Set<number>()
  const after = steps.map((step, i): Step => {
    if (!pairable(step.op)) return step
    for (const side of [0, 1] as const) {
      const value = step.operands[side]!
      const inner = steps[value - firstStep]
      if (!inner || !pairable(inner.op) || reads.get(value) !== 1) continue
      // What is joined with another already is no simple step any more.
      if (pairs.has(value - firstStep)) continue
      joined.add(value - firstStep)
      pairs.add(i)
      const other = step.operands[1 - side]!
      const second = step.op === 'sub' && side === 1 ? 'bus' : step.op
      return { op: `${inner.op}-${second}`, operands: [...inner.operands, other] }
    }
    return step
  })
  const names = new Map<number, number>()
  let count = 0
  after.forEach((_, i) => {
    if (!joined.has(i)) names.set(firstStep + i, firstStep + count++)
  })
  const renamed = (value: number): number => names.get(value) ?? value
  return {
    steps: after.filter((_, i) => !joined.has(i)).map(({ op, operands }) => ({ op, operands: operands.map(renamed) })),
    results: results.map(renamed),
  }
}

/** Blocks of scratch memory, handed on when their value has been read for the last time. */
function slotsOf(steps: readonly Step[], firstStep: number, lastUse: ReadonlyMap<number, number>): number[] {
  const free: number[] = []
  const slots: number[] = []
  let count = 0
  for (const [i, { operands }] of steps.entries()) {
    slots.push(free.pop() ?? count++)
    for (const value of new Set([...operands, firstStep + i])) {
      if (value >= firstStep && (lastUse.get(value) ?? i) <= i) free.push(slots[value - firstStep]!)
    }
  }
  return slots
}

/** For each output the step that may write it where it belongs, or −1. */
function writersOf(
  { inputs, outputs }: RowsInstruction,
  results: readonly number[],
  lastUse: ReadonlyMap<number, number>,
  firstStep: number,
): number[] {
  const taken = new Set<number>()
  return outputs.map(({ place }, o) => {
    const step = results[o]! - firstStep
    if (step < 0 || taken.has(step)) return -1
    const readLater = inputs.some((input, i) => samePlace(input, place) && (lastUse.get(i) ?? -1) > step)
    if (readLater || outputs.some((other, i) => i !== o && samePlace(other.place, place))) return -1
    taken.add(step)
    return step
  })
}

const samePlace = (a: Place, b: Place): boolean =>
  a.region === b.region &&
  JSON.stringify([a.offset, a.stride, a.pitch]) === JSON.stringify([b.offset, b.stride, b.pitch])
