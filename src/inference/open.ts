import type { Layer } from '../layers/index.ts'
import { isSpeaking, isWriting, type Model, type Speaking, type Writing } from '../models/index.ts'
import type { WritingSessionOptions } from './open-writing.ts'
import type { Session, SessionOptions } from './session.ts'
import type { OneStep, SaidOfStep, SpeakingSession } from './speaking-session.ts'
import type { WritingSession } from './writing-session.ts'

/**
 * Begins sequences that arrive step by step, with a model or a layer and its parameters. Of what writes about a source, a translator or
 * captioner, the source is given at once, and what is written arrives symbol by symbol. A model of labelled data takes steps as its data
 * has them, and says what `predict` says of those so far; with `sessions`, lists of both.
 *
 * @throws UnrolledError `option` for wrong options, and for a layer that looks ahead; `parameters` or `shape` for parameters that
 * do not fit the layer; `data` for a source that the model cannot read.
 */
export async function open(model: Writing, options: WritingSessionOptions): Promise<WritingSession>
/** Of a model of labelled data, with `sessions`: a list of steps goes in, and what is said of each sequence so far comes out. */
export async function open<Said>(
  model: Speaking<Said>,
  options: SessionOptions & { readonly sessions: number },
): Promise<SpeakingSession<readonly OneStep[], SaidOfStep<Said>[]>>
/** Of a model of labelled data: a step goes in as its data has it, and what is said of the sequence so far comes out. */
export async function open<Said>(
  model: Speaking<Said>,
  options?: SessionOptions,
): Promise<SpeakingSession<OneStep, SaidOfStep<Said>>>
/** Of a network or a layer: steps are rows of numbers, and so is what comes out. A layer needs `parameters`. */
export async function open(target: Model | Layer, options?: SessionOptions): Promise<Session>
export async function open(
  target: Model | Layer,
  options: SessionOptions | WritingSessionOptions = {},
): Promise<Session | WritingSession | SpeakingSession<unknown, unknown>> {
  // What steps is fetched when the first session is opened.
  if (typeof target === 'object' && target !== null && 'layer' in target) {
    if (isWriting(target)) {
      const { openWriting } = await import('./open-writing.ts')
      return openWriting(target, options as WritingSessionOptions)
    }
    if (isSpeaking(target)) {
      const { openSpeaking } = await import('./speaking-session.ts')
      return openSpeaking(target, options as SessionOptions)
    }
  }
  const { openSession } = await import('./session.ts')
  return openSession(target, options as SessionOptions)
}
