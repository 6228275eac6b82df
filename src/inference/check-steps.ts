import { UnrolledError } from '../error.ts'
import { mainOf, type Layer } from '../layers/index.ts'

/**
 * Holds a layer against being given one input, a row a step.
 * @throws UnrolledError `option` with what stands in the way.
 */
export function checkSteps(owner: string, { inputs }: Layer): void {
  const [main, { axes }] = mainOf(inputs, 'x')
  const other = Object.keys(inputs).find((name) => name !== main && !inputs[name]!.optional)
  if (other !== undefined) {
    throw new UnrolledError(
      'option',
      `${owner}: beside ${main} the layer takes ${other}; a session has steps of one input`,
    )
  }
  if (axes.join() === 'time,batch') return
  throw new UnrolledError(
    'option',
    `${owner}: the layer's ${main} has the axes [${axes.join(', ')}]; a session has steps`,
  )
}
