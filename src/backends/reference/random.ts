import type { RandomInstruction } from '../backend.ts'
import type { Machine } from './machine.ts'

const mix = (x: number): number => {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return x ^ (x >>> 16)
}

/** Uniform numbers in [0, 1) that depend on seed, site, step, sequence and column alone; zeros behind. */
function runRandom(instruction: RandomInstruction, machine: Machine, from: number, to: number): void {
  const { site, perStep, columns, pad } = instruction
  const rows = machine.count(instruction.rows)
  const dest = machine.view(instruction.dest)
  const siteKey = mix((machine.scalar('seed') + Math.imul(site, 0x9e3779b9)) | 0)
  for (let t = from; t < to; t++) {
    const step = perStep ? machine.scalar('step') + t : machine.window
    const stepKey = mix((siteKey + Math.imul(step, 0x85ebca6b)) | 0)
    for (let row = 0; row < rows; row++) {
      const sequence = machine.scalar('sequence') + row
      const key = mix((stepKey + Math.imul(sequence, 0xc2b2ae35)) | 0)
      for (let c = 0; c < columns; c++) {
        dest.data[dest.at(t, row) + c * dest.step] = (mix((key + Math.imul(c, 0x27d4eb2f)) | 0) >>> 8) * 2 ** -24
      }
      for (let c = columns; c < columns + pad; c++) dest.data[dest.at(t, row) + c] = 0
    }
  }
}

export const random = { random: runRandom } as const
