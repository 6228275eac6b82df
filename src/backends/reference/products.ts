/** Packed matrices and the two kinds of product. */

import { UnrolledError } from '../../error.ts'
import type { GemmInstruction, GemmTaInstruction, PackInstruction } from '../backend.ts'
import { lastChunk } from './chunks.ts'
import type { Machine } from './machine.ts'
import { roundPack } from './weights.ts'

/** Packed here means: k rows of n, as the contract counts them. */
function runPack({ pack: index, k, n, blocks }: PackInstruction, machine: Machine, t: number): void {
  const pack = machine.packs[index]!
  if (pack.data.length !== k * n) pack.data = new Float64Array(k * n)
  pack.k = k
  pack.n = n
  pack.data.fill(0)
  for (const block of blocks) {
    const source = machine.view(block.source)
    for (let i = 0; i < block.k; i++) {
      for (let j = 0; j < block.n; j++) {
        const at = block.transposed ? source.at(t, i) + j * source.step : source.at(t, j) + i * source.step
        pack.data[(block.atK + i) * n + block.atN + j] = source.data[at]!
      }
    }
  }
  roundPack(pack, machine.weights)
}

/** dest[row, j] = start, then + a[row, i] · pack[i, j] for i = 0, 1, ... */
function runGemm(instruction: GemmInstruction, machine: Machine, from: number, to: number): void {
  const { k, n, start } = instruction
  const rows = machine.count(instruction.rows)
  const pack = machine.packs[instruction.pack]!
  if (pack.k !== k || pack.n !== n) {
    throw new UnrolledError(
      'bad-program',
      `packed matrix ${instruction.pack} is ${pack.k} × ${pack.n}, not ${k} × ${n}`,
    )
  }
  const a = machine.view(instruction.a)
  const dest = machine.view(instruction.dest)
  const begin = typeof start === 'object' ? machine.view(start.row) : dest
  const sums = machine.scratch(n)
  for (let t = from; t < to; t++) {
    for (let row = 0; row < rows; row++) {
      const beginAt = typeof start === 'object' ? begin.at(t, 0) : begin.at(t, row)
      for (let j = 0; j < n; j++) sums[j] = start === 'zero' ? 0 : begin.data[beginAt + j * begin.step]!
      for (let i = 0; i < k; i++) {
        const factor = a.data[a.at(t, row) + i * a.step]!
        for (let j = 0; j < n; j++) sums[j]! += factor * pack.data[i * n + j]!
      }
      for (let j = 0; j < n; j++) dest.data[dest.at(t, row) + j * dest.step] = sums[j]!
    }
  }
}

/** dest[i, j] += Σ g[t, row, i] · a[t, row, j]: each chunk from zero in rising (t, row), the last chunk first. */
function runGemmTa(instruction: GemmTaInstruction, machine: Machine, from: number, to: number): void {
  const { m, n, chunk } = instruction
  const rows = machine.count(instruction.rows)
  const g = machine.view(instruction.g)
  const a = machine.view(instruction.a)
  const dest = machine.view(instruction.dest)
  const sums = machine.scratch(n)
  for (let first = lastChunk(from, to, chunk); first >= from; first -= chunk) {
    const end = Math.min(first + chunk, to)
    for (let i = 0; i < m; i++) {
      sums.fill(0, 0, n)
      for (let t = first; t < end; t++) {
        for (let row = 0; row < rows; row++) {
          const factor = g.data[g.at(t, row) + i * g.step]!
          for (let j = 0; j < n; j++) sums[j]! += factor * a.data[a.at(t, row) + j * a.step]!
        }
      }
      for (let j = 0; j < n; j++) dest.data[dest.at(from, i) + j * dest.step]! += sums[j]!
    }
  }
}

export const products = { pack: runPack, gemm: runGemm, 'gemm-ta': runGemmTa } as const
