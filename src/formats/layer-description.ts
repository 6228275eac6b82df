import { isObject } from '../json-object.ts'

/**
 * The deepest that chains may stand in each other, the most layers, and the most signs of equations and of names (those of the chains
 * around a layer are in the names of its parameters), each counted for every layer.
 */
const limits = { depth: 32, layers: 4096, equations: 2 ** 20, names: 2 ** 20 }

/**
 * Holds a description of layers, which may come from anywhere, against how layers describe themselves: what is built otherwise, or
 * would make an unreasonable number of layers, throws an Error with the reason.
 */
export function checkDescription(description: unknown): void {
  const total = { layers: 0, equations: 0, names: 0 }
  const visit = (value: unknown, path: readonly string[]): void => {
    const where = path.length === 0 ? 'the layer' : `the layer ${path.join('.')}`
    if (!isObject(value) || typeof value['kind'] !== 'string') throw new Error(`${where} is not described by its kind`)
    if (path.length > limits.depth) throw new Error(`chains stand more than ${limits.depth} deep in each other`)
    const { layers } = value
    if (!Array.isArray(layers)) {
      const count = countOf(value)
      total.layers += count
      total.names += count * path.reduce((sum, name) => sum + name.length, 0)
      total.equations += 'cell' in value ? count * equationsOf(value, where) : 0
    } else {
      total.layers++
      for (const entry of layers as unknown[]) {
        if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') {
          throw new Error(`${where} is a chain whose layers are not pairs of a name and a description`)
        }
        visit(entry[1], [...path, entry[0]])
      }
    }
    if (total.layers > limits.layers) throw new Error(`there are more than ${limits.layers} layers`)
    if (total.names > limits.names)
      throw new Error(`the names of the layers have more than ${limits.names} signs together`)
    if (total.equations > limits.equations) throw new Error(`the equations are longer than ${limits.equations} signs`)
  }
  visit(description, [])
}

/** How many layers a description stands for. */
function countOf({ layers, hidden }: Record<string, unknown>): number {
  if (Array.isArray(hidden)) return Math.max(1, hidden.length)
  return typeof layers === 'number' && layers > 1 ? layers : 1
}

/** The signs of a layer's equations, of both directions where each has its own. */
function equationsOf({ cell }: Record<string, unknown>, where: string): number {
  if (isObject(cell) && isObject(cell['forward']) && isObject(cell['backward'])) {
    return equationsOf({ cell: cell['forward'] }, where) + equationsOf({ cell: cell['backward'] }, where)
  }
  if (!isObject(cell) || typeof cell['text'] !== 'string' || !Array.isArray(cell['modifiers'])) {
    throw new Error(`${where} has no cell with a text and modifiers`)
  }
  return cell['text'].length
}
