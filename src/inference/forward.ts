import type { Layer } from '../layers/index.ts'
import type { EngineOptions } from '../runtime/index.ts'
import type { Adjoints, Given, Gradients, Result } from './given.ts'

// What runs a layer is fetched when it is first asked for.

/**
 * Runs a layer over whole sequences. Nothing is changed.
 *
 * @throws UnrolledError `shape`, `parameters` or `data` for what does not fit the layer, before anything is computed; `option` for
 * taps that there are not, with the list of those there are.
 */
export async function forward(layer: Layer, given: Given, engine: EngineOptions = {}): Promise<Result> {
  const { runForward } = await import('./layer-run.ts')
  return runForward(layer, given, engine)
}

/**
 * Backpropagation through time: gradients of parameters, inputs and initial states, for adjoints of the outputs and of the final
 * states. Nothing is changed.
 *
 * @throws UnrolledError as `forward`.
 */
export async function backward(
  layer: Layer,
  given: Given,
  adjoints: Adjoints,
  engine: EngineOptions = {},
): Promise<Result & { readonly gradients: Gradients }> {
  const { runBackward } = await import('./layer-run.ts')
  return runBackward(layer, given, adjoints, engine)
}
