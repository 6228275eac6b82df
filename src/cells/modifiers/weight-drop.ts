import { constant, less, mul, select } from '../../graph/index.ts'
import type { Cell } from '../cell.ts'
import { dropLegend, dropSign } from './latex-changes.ts'
import { modified } from './modified-cell.ts'
import { checkedRate, nowhere, type Modifier } from './modifier.ts'

/**
 * Weight drop (Merity et al. 2017, arXiv:1708.02182; DropConnect of Wan et al. 2013): in training, each weight of the
 * recurrent blocks is 0 with probability `rate`, else divided by 1 − rate; one mask a window. In evaluation, nothing.
 * @throws UnrolledError `modifier` in a cell without a recurrent block, and for a rate outside [0, 1).
 */
export const weightDrop = <States extends string, Parameters extends string>(
  cell: Cell<States, Parameters>,
  options: { readonly rate: number },
): Cell<States, Parameters> => modified(cell, weightDropModifier(checkedRate('weightDrop', options?.rate)))

export const weightDropModifier = (rate: number): Modifier => ({
  description: { name: 'weightDrop', options: { rate } },
  check({ products, cell }) {
    if (products.every(({ states }) => states.length === 0)) nowhere('weightDrop', cell, 'no matrix sees an old state')
  },
  weight({ training, random }, { matrix, block, states }, weight) {
    if (!training || states.length === 0) return weight
    const dropped = less(random(`weightDrop.${matrix}.${block}`, weight.shape), constant(rate))
    return select(dropped, constant(0), mul(weight, constant(1 / (1 - rate))))
  },
  latex: {
    weight: ({ states }, weight) => (states.length === 0 ? weight : `${dropSign(rate)}(${weight})`),
    legend: dropLegend,
  },
})
