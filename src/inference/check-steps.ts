import { UnrolledError } from '../error.ts'
import { mainOf, type Layer } from '../layers/index.ts'

/**
 * Holds a layer against being given one input, a row a step; `what` is to give it.
 * @throws UnrolledError `option` with what stands in the way.
 */
export function checkSteps(owner: string, { inputs }: Layer, what = 'a session'): void {
  const [main, { axes }] = mainOf(inputs, 'x')
  const other = Object.keys(inputs).find((name) => name !== main && !inputs[name]!.optional)
  if (other !== undefined) {
    throw new UnrolledError(
      'option',
      `${owner}: beside ${main} the layer takes ${other}; ${what} has steps of one input`,
    )
  }
  if (axes.join() === 'time,batch') return
  throw new UnrolledError(
    'option',
    `${owner}: the layer's ${main} has the axes [${axes.join(', ')}]; ${what} has steps`,
  )
}
