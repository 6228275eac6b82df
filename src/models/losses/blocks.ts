import { slice, type Node } from '../../graph/index.ts'
import { UnrolledError } from '../../error.ts'
import type { Port } from '../../layers/index.ts'
import type { Target } from './loss.ts'

/** The numbers of an output by what they are for: `perValue` blocks, each with one column for each value. */
export function blocksOf(output: Node, perValue: number): Node[] {
  const values = output.shape.columns / perValue
  return Array.from({ length: perValue }, (_, k) => slice(output, k * values, (k + 1) * values))
}

/**
 * As many values as an output has numbers for.
 * @throws UnrolledError `option` where some are left over.
 */
export function valuesOf(name: string, output: Port, perValue: number): Target {
  const columns = output.columns / perValue
  if (Number.isInteger(columns)) return { ...output, columns }
  throw new UnrolledError(
    'option',
    `${name}: it takes ${perValue} numbers of the output for each value; ${output.columns} columns are no multiple of that`,
  )
}
