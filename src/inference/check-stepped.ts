import { UnrolledError } from '../error.ts'
import { mainOf, type Layer } from '../layers/index.ts'

/**
 * Holds a layer against being stepped: a step is one row of one input, and what comes out depends on none that are still to come.
 * @throws UnrolledError `option` with what stands in the way.
 */
export function checkStepped(owner: string, { inputs, causal }: Layer): void {
  const [main, { axes }] = mainOf(inputs, 'x')
  const other = Object.keys(inputs).find((name) => name !== main && !inputs[name]!.optional)
  if (other !== undefined) {
    throw new UnrolledError(
      'option',
      `${owner}: beside ${main} the layer takes ${other}; a session has steps of one input`,
    )
  }
  if (axes.join() !== 'time,batch') {
    throw new UnrolledError(
      'option',
      `${owner}: the layer's ${main} has the axes [${axes.join(', ')}]; a session has steps`,
    )
  }
  if (causal !== false) return
  throw new UnrolledError(
    'option',
    `${owner}: this layer looks ahead (a part of it runs backwards over time, or gives its final output), so that no step can be given ` +
      'before the last has come; forward takes whole sequences',
  )
}
