import type { EvaluationContext, Shape } from '../../src/graph/index.ts'
import { uniform } from '../../src/uniform.ts'
import type { Numbers } from './subject.ts'

/** A number that belongs to a name (FNV-1a). */
function siteOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash
}

/** An array of a shape whose elements `value` gives. */
export function numbers(shape: Shape, { extents }: EvaluationContext, value: (index: number) => number): Numbers {
  const count = shape.rows.reduce<number>((n, axis) => n * (typeof axis === 'number' ? axis : extents[axis]!), 1)
  return { ...shape, data: Float64Array.from({ length: count * shape.columns }, (_, i) => value(i)) }
}

/** Random numbers between −scale and scale that belong to a seed and a name; float32 holds them exactly. */
export const drawn = (name: string, shape: Shape, context: EvaluationContext, seed: number, scale: number): Numbers =>
  numbers(shape, context, (i) => Math.fround((2 * uniform(seed, siteOf(name), 0, i >>> 8, i & 255) - 1) * scale))
