import type { Node } from '../graph/index.ts'

/** Where a parameter lies in the region of parameters: floats from its start, and floats between rows. */
export interface ParameterPlace {
  readonly offset: number
  readonly pitch: number
}

/** Columns as they lie in memory: padded to 16 floats; a single column stands alone. */
export const padded = (columns: number): number => (columns === 1 ? 1 : Math.ceil(columns / 16) * 16)

/**
 * Lays parameters out: matrices first, each row and the number of rows padded to 16, so that gates of one cell stack into one
 * matrix; then vectors. Gradients and moments lie the same way.
 */
export function layoutOf(parameters: readonly Node[]): { places: Map<Node, ParameterPlace>; floats: number } {
  const places = new Map<Node, ParameterPlace>()
  let offset = 0
  const ranked = [...parameters.filter(isMatrix), ...parameters.filter((node) => !isMatrix(node))]
  for (const node of ranked) {
    const pitch = Math.ceil(node.shape.columns / 16) * 16
    const rows = isMatrix(node) ? Math.ceil((node.shape.rows[0] as number) / 16) * 16 : 1
    places.set(node, { offset, pitch })
    offset += rows * pitch
  }
  return { places, floats: offset }
}

const isMatrix = ({ shape }: Node): boolean => shape.rows.length > 0
