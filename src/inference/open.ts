import type { Layer } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import type { Session, SessionOptions } from './session.ts'

/**
 * Begins sequences that arrive step by step, with a model or a layer and its parameters.
 *
 * @throws UnrolledError `option` for wrong options, and for a layer that looks ahead; `parameters` or `shape` for parameters that
 * do not fit the layer.
 */
export async function open(target: Model | Layer, options: SessionOptions = {}): Promise<Session> {
  // What steps is fetched when the first session is opened.
  const { openSession } = await import('./session.ts')
  return openSession(target, options)
}
