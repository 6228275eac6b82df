import { UnrolledError } from '../../error.ts'
import { add, constant, less, mul, select } from '../../graph/index.ts'
import { nearest } from '../../nearest.ts'
import type { Cell } from '../cell.ts'
import { modified, stateNames } from './modified-cell.ts'
import { checkedRate, type Modifier } from './modifier.ts'

/**
 * Zoneout (Krueger et al. 2017, arXiv:1606.01305): in training, each element of a state keeps its old value with the
 * state's rate, drawn anew at every step; in evaluation the old and the new value are mixed by the rate. It acts on what
 * is carried and on the output, not on the new value that other lines of the step read.
 *
 * One rate is for all states. States that only mean something together, as sLSTM's c, n and m, want rates by name.
 * @throws UnrolledError `modifier` for a state the cell does not have, for no state, and for a rate outside [0, 1).
 */
export const zoneout = <States extends string, Parameters extends string>(
  cell: Cell<States, Parameters>,
  rates: number | Readonly<Partial<Record<States, number>>>,
): Cell<States, Parameters> => modified(cell, zoneoutModifier(rates, cell))

export function zoneoutModifier(given: number | Readonly<Partial<Record<string, number>>>, cell: Cell): Modifier {
  const known = stateNames('zoneout', cell)
  const entries = typeof given === 'number' ? known.map((name) => [name, given] as const) : Object.entries(given ?? {})
  for (const [name, rate] of entries) {
    if (!known.includes(name)) {
      const close = nearest(name, known)
      throw new UnrolledError(
        'modifier',
        `zoneout: ${cell.name} has no state ${name}; ` +
          (close ? `did you mean ${close}?` : `it has ${known.join(', ') || 'none'}`),
      )
    }
    checkedRate('zoneout', rate, typeof given === 'number' ? 'rate' : `the rate of ${name}`)
  }
  const rates = new Map(entries as readonly (readonly [string, number])[])
  const site = (name: string): string => `zoneout.${name}`
  return {
    description: { name: 'zoneout', options: Object.fromEntries(rates) },
    check({ cell }) {
      if (rates.size === 0) throw new UnrolledError('modifier', `zoneout of ${cell}: no state is given a rate`)
    },
    noise: ({ states }) =>
      states.filter(({ name }) => rates.has(name)).map(({ name, columns }) => ({ name: site(name), columns })),
    carried({ training, noise }, name, old, next) {
      const rate = rates.get(name)
      if (rate === undefined) return next
      if (training) return select(less(noise[site(name)]!, constant(rate)), old, next)
      return add(mul(constant(rate), old), mul(constant(1 - rate), next))
    },
    latex: {
      carried: (name, old, next) => {
        const rate = rates.get(name)
        return rate === undefined ? undefined : `\\operatorname{zoneout}_{${rate}}(${old}, ${next})`
      },
      legend:
        '\\operatorname{zoneout}_p(a, b) &= \\begin{cases}m \\odot a + (1 - m) \\odot b, \\; m \\sim \\mathrm{Bernoulli}(p) & ' +
        '\\text{in training} \\\\ p \\, a + (1 - p) \\, b & \\text{else}\\end{cases}',
    },
  }
}
