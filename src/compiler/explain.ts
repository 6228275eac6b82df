import type { Extents, Formula, Instruction, Place, PointwiseOperation, Program } from '../backends/backend.ts'
import { formulaText, valueOf } from './formula.ts'

/** What one instruction costs at given extents. */
export interface Cost {
  readonly operations: number
  readonly bytes: number
}

/**
 * Floating-point operations (a multiply-add is two; a function one) and bytes read and written, at 4 bytes a float, of an
 * instruction at given extents, a loop's step counted once.
 */
export function costOf(instruction: Instruction, extents: Extents): Cost {
  if (instruction.kind === 'loop' || instruction.kind === 'end') return { operations: 0, bytes: 0 }
  if (instruction.kind === 'pack') return { operations: 0, bytes: 8 * instruction.k * instruction.n }
  if (instruction.kind === 'sum-squares') return { operations: 2 * instruction.columns, bytes: 4 * instruction.columns }
  const rows = valueOf(instruction.outer, extents) * valueOf(instruction.rows, extents)
  switch (instruction.kind) {
    case 'rows': {
      const { columns, inputs, operations, outputs } = instruction
      const work = operations.filter(({ op }) => op !== 'constant' && op !== 'position').length
      return { operations: rows * columns * work, bytes: 4 * rows * columns * (inputs.length + outputs.length) }
    }
    case 'gemm': {
      const { k, n } = instruction
      return { operations: 2 * rows * k * n, bytes: 4 * (rows * (k + 2 * n) + k * n) }
    }
    case 'gemm-ta': {
      const { m, n } = instruction
      return { operations: 2 * rows * m * n, bytes: 4 * (rows * (m + n) + 2 * m * n) }
    }
    case 'cross-entropy':
    case 'cross-entropy-gradient':
      return { operations: 5 * rows * instruction.columns, bytes: 8 * rows * instruction.columns }
    case 'scatter-add':
    case 'sum-rows':
    case 'reduce-columns':
      return { operations: rows * instruction.columns, bytes: 8 * rows * instruction.columns }
    default:
      return { operations: 0, bytes: 8 * rows * instruction.columns }
  }
}

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
  const over = 'outer' in instruction ? `[${times(instruction.outer, instruction.rows)}] ` : ''
  switch (instruction.kind) {
    case 'loop':
      return `for each step of ${instruction.axis}${instruction.reverse ? ', last to first' : ''}`
    case 'end':
      return 'end'
    case 'pack': {
      const from = instruction.blocks.map(({ source, transposed }) => `${at(source)}${transposed ? 'ᵀ' : ''}`)
      return `pack    matrix ${instruction.pack} (${instruction.k} × ${instruction.n}) from ${from.join(', ')}`
    }
    case 'gemm': {
      const { start, dest, a, pack, k, n } = instruction
      const begin = start === 'zero' ? '' : start === 'dest' ? `${at(dest)} + ` : `${at(start.row)} + `
      return `product ${over}${at(dest)} = ${begin}${at(a)} · matrix ${pack} (${k} × ${n})`
    }
    case 'gemm-ta':
      return `contract ${over}${at(instruction.dest)} += ${at(instruction.g)}ᵀ · ${at(instruction.a)} (${instruction.m} × ${instruction.n})`
    case 'rows': {
      const { inputs, operations, outputs, columns } = instruction
      const first = inputs.length
      const name = (i: number): string => (i < first ? at(inputs[i]!) : `v${i - first}`)
      const steps = operations.map((operation, i) => `v${i} = ${operationText(operation, name)}`)
      const stores = outputs.map(({ value, place }) => `${at(place)} = ${name(value)}`)
      return `rows    ${over}× ${columns}: ${[...steps, ...stores].join('; ')}`
    }
    case 'gather':
      return `gather  ${over}${at(instruction.dest)} = ${at(instruction.table)}[${at(instruction.ids)}]`
    case 'scatter-add':
      return `scatter ${over}${at(instruction.dest)}[${at(instruction.ids)}] += ${at(instruction.source)}`
    case 'sum-rows':
      return `sum     ${over}${at(instruction.dest)} += ${at(instruction.source)} × ${instruction.columns}`
    case 'reduce-columns':
      return `${instruction.reduction.padEnd(7)} ${over}${at(instruction.dest)} of ${at(instruction.source)} × ${instruction.columns}`
    case 'cross-entropy':
      return `entropy ${over}${at(instruction.loss)} = crossEntropy(${at(instruction.logits)}, ${at(instruction.targets)})`
    case 'cross-entropy-gradient':
      return `entropy ${over}${instruction.loss ? `${at(instruction.loss)} = crossEntropy; ` : ''}${at(instruction.dest)} = (softmax(${at(instruction.logits)}) − onehot(${at(instruction.targets)})) · ${at(instruction.weight)}`
    case 'sum-squares':
      return `norm    ${at(instruction.dest)} = Σ ${at(instruction.source)}²`
    case 'random':
      return `random  ${over}${at(instruction.dest)} × ${instruction.columns}, site ${instruction.site}`
    case 'fill':
      return `fill    ${over}${at(instruction.dest)} × ${instruction.columns} = ${instruction.value}`
  }
}

const times = (outer: Formula, rows: Formula): string =>
  [outer, rows]
    .map(formulaText)
    .filter((text) => text !== '1')
    .join(' × ') || '1'

function placeText({ region, offset, stride }: Place, { regions }: Program): string {
  const at = offset.length === 0 ? '' : `+${formulaText(offset)}`
  return `${regions[region]!.name}${at}${stride.length === 0 ? '' : '[t]'}`
}

const signs: Readonly<Record<string, string>> = { add: '+', sub: '−', mul: '⊙', div: '÷', less: '<' }

function operationText(operation: PointwiseOperation, name: (i: number) => string): string {
  if (operation.op === 'constant') return `${operation.value}`
  if (operation.op === 'position') return 't'
  if (operation.op === 'select') return `${name(operation.condition)} ? ${name(operation.a)} : ${name(operation.b)}`
  if (!('b' in operation)) return `${operation.op}(${name(operation.a)})`
  const sign = signs[operation.op]
  const [a, b] = [name(operation.a), name(operation.b)]
  return sign ? `${a} ${sign} ${b}` : `${operation.op}(${a}, ${b})`
}
