import type { Extents, Instruction } from '../backends/backend.ts'
import { valueOf } from './formula.ts'

/** An instruction's kind and shape at given extents, for people: `product 64 × 256 · 256 × 1024`. */
export function kernelName(instruction: Instruction, extents: Extents): string {
  const rows = 'outer' in instruction ? valueOf(instruction.outer, extents) * valueOf(instruction.rows, extents) : 1
  switch (instruction.kind) {
    case 'gemm':
      return `product ${rows} × ${instruction.k} · ${instruction.k} × ${instruction.n}`
    case 'gemm-ta':
      return `contraction ${instruction.m} × ${rows} · ${rows} × ${instruction.n}`
    case 'rows': {
      const count = instruction.operations.filter(({ op }) => op !== 'constant' && op !== 'position').length
      const shape = `${rows} × ${instruction.columns}`
      if (count === 0) return `${instruction.inputs.length > 0 ? 'copy' : 'fill'} ${shape}`
      return `rows ${shape}, ${count} operation${count === 1 ? '' : 's'}`
    }
    case 'pack':
      return `pack ${instruction.k} × ${instruction.n}`
    case 'reduce-columns':
      return `${instruction.reduction} of columns ${rows} × ${instruction.columns}`
    case 'sum-squares':
      return `sum of squares ${instruction.columns}`
    case 'loop':
    case 'end':
      return instruction.kind
    default:
      return `${instruction.kind.replaceAll('-', ' ')} ${rows} × ${instruction.columns}`
  }
}
