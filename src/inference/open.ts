import type { Layer } from '../layers/index.ts'
import { isWriting, type Model, type Writing } from '../models/index.ts'
import type { WritingSessionOptions } from './open-writing.ts'
import type { Session, SessionOptions } from './session.ts'
import type { WritingSession } from './writing-session.ts'

/**
 * Begins sequences that arrive step by step, with a model or a layer and its parameters. Of what writes about a source, a translator or
 * captioner, the source is given at once, and what is written arrives symbol by symbol.
 *
 * @throws UnrolledError `option` for wrong options, and for a layer that looks ahead; `parameters` or `shape` for parameters that
 * do not fit the layer; `data` for a source that the model cannot read.
 */
export async function open(model: Writing, options: WritingSessionOptions): Promise<WritingSession>
export async function open(target: Model | Layer, options?: SessionOptions): Promise<Session>
export async function open(
  target: Model | Layer,
  options: SessionOptions | WritingSessionOptions = {},
): Promise<Session | WritingSession> {
  // What steps is fetched when the first session is opened.
  if (typeof target === 'object' && target !== null && 'layer' in target && isWriting(target)) {
    const { openWriting } = await import('./open-writing.ts')
    return openWriting(target, options as WritingSessionOptions)
  }
  const { openSession } = await import('./session.ts')
  return openSession(target, options as SessionOptions)
}
