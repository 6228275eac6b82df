/** What must hold of a program whatever its extents are, so that a backend can run it without looking again. */

import { UnrolledError } from '../../error.ts'
import { descriptionOf, spanOf, usesOf, type Instruction } from './instructions.ts'
import { mostWalked, type Formula } from './place.ts'
import type { PackInstruction } from './products.ts'
import { operandsOf } from './pointwise.ts'
import type { Program } from './program.ts'
import type { RowsInstruction } from './rows.ts'

/**
 * Refuses programs whose loops nest or stay open, whose places, packed matrices or values are none of theirs, or whose packed
 * matrices have two sizes.
 *
 * @throws UnrolledError `bad-program`
 */
export function checkProgram(program: Program): void {
  const packs = new Map<number, string>()
  for (const list of [program.prepare, program.body, program.finish]) {
    let loop: Formula | undefined
    for (const instruction of list) {
      const wrong = problemOf(instruction, program, loop, packs)
      if (wrong !== undefined) throw new UnrolledError('bad-program', `program "${program.name}": ${wrong}`)
      if (instruction.kind === 'loop') loop = [{ factor: 1, axes: [instruction.axis] }]
      if (instruction.kind === 'end') loop = undefined
    }
    if (loop) throw new UnrolledError('bad-program', `program "${program.name}" has a loop without end`)
  }
}

function problemOf(
  it: Instruction,
  { regions, packs: count }: Program,
  loop: Formula | undefined,
  packs: Map<number, string>,
): string | undefined {
  if (it.kind === 'loop' || it.kind === 'end')
    return (loop !== undefined) === (it.kind === 'loop') ? `a "${it.kind}" out of place` : undefined
  if (loop && 'outer' in it && !isOne(it.outer)) return `a ${it.kind} in a loop goes over steps of its own`
  for (const [name, value] of Object.entries(descriptionOf(it).sizes(it))) {
    if (!(Number.isSafeInteger(value) && value >= (name === 'chunk' ? 1 : 0)))
      return `the ${name} of a ${it.kind} are ${value}`
  }
  const walked = spanOf(it).walk?.length ?? 0
  if (walked > mostWalked) return `a ${it.kind} walks ${walked} axes, more than ${mostWalked}`
  for (const { place, columns, repeats } of usesOf(it, loop)) {
    if ((place.walk?.length ?? 0) !== walked) return `a ${it.kind} walks ${walked} axes, and a place of it others`
    if (!(place.region in regions)) return `a ${it.kind} names region ${place.region} of ${regions.length}`
    // Other instructions would read the columns behind it.
    if (place.broadcast && !repeats && columns !== 1) return `a ${it.kind} cannot read one value a row`
  }
  if (it.kind === 'rows') return problemOfRows(it)
  if (it.kind !== 'pack' && it.kind !== 'gemm') return undefined
  if (!(Number.isInteger(it.pack) && it.pack >= 0 && it.pack < count))
    return `packed matrix ${it.pack} is none of ${count}`
  const size = `${it.k} × ${it.n}`
  const known = packs.get(it.pack)
  if (known !== undefined && known !== size) return `packed matrix ${it.pack} is ${known}, not ${size}`
  packs.set(it.pack, size)
  return it.kind === 'pack' && !it.blocks.every((block) => isInside(block, it))
    ? `a block of packed matrix ${it.pack} does not lie inside its ${size}`
    : undefined
}

const isOne = (formula: Formula): boolean =>
  formula.every(({ axes }) => axes.length === 0) && formula.reduce((sum, { factor }) => sum + factor, 0) === 1

const isInside = ({ atK, atN, k, n }: PackInstruction['blocks'][number], pack: PackInstruction): boolean =>
  [atK, atN, k, n].every((value) => Number.isSafeInteger(value) && value >= 0) && atK + k <= pack.k && atN + n <= pack.n

function problemOfRows({ inputs, operations, outputs }: RowsInstruction): string | undefined {
  const isKnown = (value: number, before: number): boolean => Number.isInteger(value) && value >= 0 && value < before
  for (const [index, operation] of operations.entries()) {
    const before = inputs.length + index
    const unknown = operandsOf(operation).find((value) => !isKnown(value, before))
    if (unknown !== undefined) return `a ${operation.op} reads value ${unknown} of ${before}`
  }
  const all = inputs.length + operations.length
  for (const { value, pad } of outputs) {
    if (!isKnown(value, all)) return `value ${value} of ${all} is written`
    if (!Number.isSafeInteger(pad) || pad < 0) return `the pad of an output is ${pad}`
  }
  return undefined
}
