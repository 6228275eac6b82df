import { UnrolledError } from '../../error.ts'
import { nearest } from '../../nearest.ts'
import type { Cell, ModifierDescription } from '../cell.ts'
import { layerNormModifier } from './layer-norm.ts'
import { modified } from './modified-cell.ts'
import { checkedRate, type Modifier } from './modifier.ts'
import { projectionModifier } from './projection.ts'
import { recurrentDropoutModifier } from './recurrent-dropout.ts'
import { weightDropModifier } from './weight-drop.ts'
import { zoneoutModifier } from './zoneout.ts'

type Options = ModifierDescription['options']

const modifiersByName: ReadonlyMap<string, (options: Options, cell: Cell) => Modifier> = new Map([
  ['layerNorm', () => layerNormModifier()],
  ['weightDrop', ({ rate }: Options) => weightDropModifier(checkedRate('weightDrop', rate))],
  ['recurrentDropout', ({ rate }: Options) => recurrentDropoutModifier(checkedRate('recurrentDropout', rate))],
  ['zoneout', (options: Options, cell: Cell) => zoneoutModifier(options as Record<string, number>, cell)],
  ['projection', ({ size }: Options) => projectionModifier(size as number)],
])

/**
 * The cell with modifiers as a model file describes them: `applyModifiers(cellFromText(text), modifiers)`.
 * @throws UnrolledError `modifier` for a description that is none.
 */
export function applyModifiers(cell: Cell, descriptions: readonly ModifierDescription[]): Cell {
  let result = cell
  for (const description of descriptions) {
    const name = String(description?.name)
    const make = modifiersByName.get(name)
    if (!make) {
      const close = nearest(name, modifiersByName.keys())
      throw new UnrolledError(
        'modifier',
        `there is no modifier ${name}; ` +
          (close ? `did you mean ${close}?` : `there are ${[...modifiersByName.keys()].join(', ')}`),
      )
    }
    const { options } = description
    if (typeof options !== 'object' || options === null) {
      throw new UnrolledError('modifier', `the options of ${name} are ${String(options)}; an object was expected`)
    }
    result = modified(result, make(options, result))
  }
  return result
}
