import { symbol } from '../../equations/index.ts'
import { UnrolledError } from '../../error.ts'
import { matmul, type Node } from '../../graph/index.ts'
import type { Cell } from '../cell.ts'
import { modified } from './modified-cell.ts'
import { nowhere, type Modifier, type Places, type Product } from './modifier.ts'

const matrix = (state: string): string => `projection.${state}`

/**
 * Projects a state to `size` columns for every recurrent matrix and at the output (Sak et al. 2014, arXiv:1402.1128, for
 * any cell): W @ h becomes W @ (P @ h) with a narrower W, and the output P @ h'. The state itself is carried whole, since
 * cells also read it element by element. Adds `projection.h`, size × hidden.
 * @throws UnrolledError `modifier` where no state is under a matrix or the output, and for a size that is none.
 */
export const projection = <States extends string, Parameters extends string>(
  cell: Cell<States, Parameters>,
  options: { readonly size: number },
): Cell<States, Parameters | `projection.${States}`> => modified(cell, projectionModifier(options?.size))

export function projectionModifier(size: number): Modifier {
  if (!Number.isInteger(size) || size < 1) {
    throw new UnrolledError('modifier', `projection: size is ${String(size)}; it should be a whole number from 1`)
  }
  const projected = ({ products, output }: Places): Set<string> =>
    new Set([...products.flatMap(({ states }) => states), ...(output === undefined ? [] : [output])])
  // Gates that see the same vector share its projection.
  const made = new WeakMap<Node, Map<Node, Node>>()
  const project = (p: Node, vector: Node): Node => {
    const known = made.get(vector) ?? new Map<Node, Node>()
    made.set(vector, known)
    const result = known.get(p) ?? matmul(p, vector)
    known.set(p, result)
    return result
  }
  return {
    description: { name: 'projection', options: { size } },
    check(places) {
      if (projected(places).size === 0) nowhere('projection', places.cell, 'no state is under a matrix or the output')
      for (const product of places.products) check(places, product)
    },
    parameters: (places) =>
      places.states
        .filter(({ name }) => projected(places).has(name))
        .map(({ name, columns }) => ({
          name: matrix(name),
          shape: { rows: [size], columns },
          blocks: [{ columns, init: 'glorot' }],
        })),
    blockColumns: ({ states }) => (states.length > 0 ? size : undefined),
    outputSize: ({ output }) => (output === undefined ? undefined : size),
    vector: ({ parameters }, { states: [state] }, vector) =>
      state === undefined ? vector : project(parameters[matrix(state)]!, vector),
    output: ({ parameters }, state, output) => matmul(parameters[matrix(state)]!, output),
    latex: {
      vector: ({ states: [state] }, vector) =>
        state === undefined ? vector : `${symbol('P', symbol(state))} ${vector}`,
      output: (state, output) => `${symbol('P', symbol(state))} ${output}`,
    },
  }
}

function check({ cell, states, products }: Places, { matrix, block, states: [state, other], columns }: Product): void {
  if (state === undefined) return
  if (products.some((use) => use.matrix === matrix && use.block === block && use.states.length === 0)) {
    throw new UnrolledError(
      'modifier',
      `projection of ${cell}: ${matrix} is applied to ${state} and elsewhere to what is no old state, and cannot be narrow ` +
        'for one alone; use two matrices',
    )
  }
  const wide = states.find(({ name }) => name === state)!.columns
  if (other !== undefined || wide !== columns) {
    throw new UnrolledError(
      'modifier',
      `projection of ${cell}: ${matrix} is applied to a mixture of ${other ? `${state} and ${other}` : `${state} and more`}; ` +
        'write such vectors side by side, [a, b]',
    )
  }
}
