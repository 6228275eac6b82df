import type { Extents, Instruction, Place, Program, Span } from '../backends/backend.ts'
import type { Cost } from '../backends/program/description.ts'
import { descriptionOf, spanOf } from '../backends/program/instructions.ts'
import { formulaText, valueOf } from './formula.ts'

const rowsOf = (instruction: Instruction, extents: Extents): number => {
  const { outer, rows, walk = [] } = spanOf(instruction)
  return [...walk, outer, rows].reduce((product, extent) => product * valueOf(extent, extents), 1)
}

/** An instruction's kind and shape at given extents, for people: `product 64 × 256 · 256 × 1024`. */
export const kernelName = (instruction: Instruction, extents: Extents): string =>
  descriptionOf(instruction).label(instruction, rowsOf(instruction, extents))

/**
 * Floating-point operations (a multiply-add is two; a function one) and bytes read and written, at 4 bytes a float, of an
 * instruction at given extents, a loop's step counted once.
 */
export const costOf = (instruction: Instruction, extents: Extents): Cost =>
  descriptionOf(instruction).cost(instruction, rowsOf(instruction, extents))

/** Floating-point operations and bytes of a whole run of `prepare`, `body` and `finish`. */
export function programCost(program: Program, extents: Extents): Cost {
  let operations = 0
  let bytes = 0
  for (const list of [program.prepare, program.body, program.finish]) {
    let times = 1
    for (const instruction of list) {
      if (instruction.kind === 'loop') times = extents[instruction.axis]!
      else if (instruction.kind === 'end') times = 1
      const cost = costOf(instruction, extents)
      operations += times * cost.operations
      bytes += times * cost.bytes
    }
  }
  return { operations, bytes }
}

/**
 * The instruction list as text: a line an instruction with what it reads and writes and, at given extents, its
 * floating-point operations and bytes.
 */
export function explain(program: Program, extents: Extents): string {
  const lines = [`program ${program.name}`, '', 'memory']
  for (const { name, size } of program.regions) {
    lines.push(`  ${name.padEnd(14)} ${formulaText(size)} floats = ${count(4 * valueOf(size, extents), 'B')}`)
  }
  for (const phase of ['prepare', 'body', 'finish'] as const) {
    if (program[phase].length === 0) continue
    lines.push('', phase)
    let depth = 1
    for (const instruction of program[phase]) {
      if (instruction.kind === 'end') depth--
      const cost = costOf(instruction, extents)
      const figures = cost.bytes > 0 ? `  # ${count(cost.operations, 'FLOP')}, ${count(cost.bytes, 'B')}` : ''
      lines.push(`${'  '.repeat(depth)}${describe(instruction, program)}${figures}`)
      if (instruction.kind === 'loop') depth++
    }
  }
  const { operations, bytes } = programCost(program, extents)
  const at = Object.entries(extents).map(([axis, extent]) => `${axis} ${extent}`)
  lines.push('', `one run at ${at.join(', ')}: ${count(operations, 'FLOP')}, ${count(bytes, 'B')} moved`)
  return lines.join('\n')
}

/** 12,345,678 → `12.3 M`. */
function count(value: number, unit: string): string {
  const scale = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const
  for (const [size, prefix] of scale) if (value >= size) return `${(value / size).toPrecision(3)} ${prefix}${unit}`
  return `${value} ${unit}`
}

function describe(instruction: Instruction, program: Program): string {
  const at = (place: Place): string => placeText(place, program)
  const over = 'outer' in instruction ? `[${times(instruction)}] ` : ''
  return descriptionOf(instruction).text(instruction, { at, over })
}

const times = ({ outer, rows, walk = [] }: Span): string =>
  [...walk, outer, rows]
    .map(formulaText)
    .filter((text) => text !== '1')
    .join(' × ') || '1'

function placeText({ region, offset, stride }: Place, { regions }: Program): string {
  const at = offset.length === 0 ? '' : `+${formulaText(offset)}`
  return `${regions[region]!.name}${at}${stride.length === 0 ? '' : '[t]'}`
}
