import { UnrolledError } from '../../error.ts'
import { isNode } from '../../graph/index.ts'
import type { Optimizer, Update, UpdateInput } from './optimizer.ts'

/** What an optimizer makes of a gradient: it must say the next value of the parameters and of each of its moments, and of nothing else. */
export function nextValues(optimizer: Optimizer, given: UpdateInput): Update {
  const next = optimizer.update(given)
  const fail = (what: string): never => {
    throw new UnrolledError('option', `train: the optimizer ${optimizer.name} gives ${what}`)
  }
  const { parameter, moments = {} } = next ?? {}
  if (!isNode(parameter)) fail('no next value of the parameters: { parameter, moments }')
  for (const { name } of optimizer.moments) if (!isNode(moments[name])) fail(`no next value of its moment ${name}`)
  for (const name of Object.keys(moments)) {
    if (!(name in given.moments)) fail(`a moment ${name}, which is not among its moments`)
  }
  return { parameter: parameter!, moments }
}
