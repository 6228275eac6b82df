import type { Formula } from '../backends/backend.ts'
import { bufferSize, type Buffer } from './arrays.ts'
import { formulaText, plus } from './formula.ts'

/**
 * Plan: gives buffers their places. Buffers of equal size whose times of use do not overlap share one place; places are
 * formulas of the extents, so that a program serves every batch and length. Returns the size of the region.
 */
export function plan(buffers: readonly Buffer[], shared: boolean): Formula {
  const slots = new Map<string, { offset: Formula; free: number }[]>()
  let size: Formula = []
  for (const buffer of buffers.toSorted((a, b) => a.first - b.first)) {
    const floats = bufferSize(buffer)
    const key = formulaText(floats)
    const alike = slots.get(key) ?? []
    slots.set(key, alike)
    const slot = shared ? alike.find(({ free }) => free < buffer.first) : undefined
    if (slot) {
      buffer.offset = slot.offset
      slot.free = buffer.last
    } else {
      buffer.offset = size
      alike.push({ offset: size, free: buffer.last })
      size = plus(size, floats)
    }
  }
  return size
}
