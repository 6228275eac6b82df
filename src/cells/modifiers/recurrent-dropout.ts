import { constant, less, mul, select } from '../../graph/index.ts'
import type { Cell } from '../cell.ts'
import { dropLegend, dropSign } from './latex-changes.ts'
import { modified } from './modified-cell.ts'
import { checkedRate, nowhere, type Modifier } from './modifier.ts'

/**
 * Recurrent dropout (Gal & Ghahramani 2016, arXiv:1512.05287): in training, products see each old state through a mask,
 * 0 with probability `rate`, else divided by 1 − rate; one mask a sequence and window, the same for all gates. Where a
 * state is read element by element it stays whole. In evaluation, nothing.
 * @throws UnrolledError `modifier` in a cell none of whose products sees an old state, and for a rate outside [0, 1).
 */
export const recurrentDropout = <States extends string, Parameters extends string>(
  cell: Cell<States, Parameters>,
  options: { readonly rate: number },
): Cell<States, Parameters> => modified(cell, recurrentDropoutModifier(checkedRate('recurrentDropout', options?.rate)))

export const recurrentDropoutModifier = (rate: number): Modifier => ({
  description: { name: 'recurrentDropout', options: { rate } },
  check({ products, cell }) {
    if (products.every(({ states }) => states.length === 0)) {
      nowhere('recurrentDropout', cell, 'no matrix sees an old state')
    }
  },
  stateInProducts({ training, random }, name, old) {
    if (!training) return undefined
    const dropped = less(random(`recurrentDropout.${name}`, old.shape), constant(rate))
    return select(dropped, constant(0), mul(old, constant(1 / (1 - rate))))
  },
  latex: { stateInProducts: (old) => `${dropSign(rate)}(${old})`, legend: dropLegend },
})
