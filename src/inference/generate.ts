import type { Vocabulary } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { LanguageModel } from '../models/index.ts'
import { checkNames, checkNumber, checkSignal, wrongOption } from '../options.ts'
import { checkWeights, engineNames, engineOf, Turns, type InferenceOptions } from '../runtime/index.ts'
import { samplingFrom, samplingOptions, samplingSynonyms, type SamplingOptions } from './sampling.ts'

/** How far a text goes on, how its symbols are drawn, and where that is computed. */
export interface GenerationOptions extends SamplingOptions, InferenceOptions {
  /** The most symbols (characters or words) to generate; 400. */
  readonly length?: number
  /**
   * The text ends before the first of these; it does not matter in how many pieces one arrives. Without any, `length` and the
   * model end it.
   */
  readonly stop?: string | readonly string[]
  /** Aborting it makes the loop throw its reason before the next symbol; without one it goes on to the end. */
  readonly signal?: AbortSignal
}

const synonyms = {
  ...samplingSynonyms,
  prime: 'the prompt, which is the second argument',
  prompt: 'the prompt, which is the second argument',
  maxTokens: 'length',
  max_tokens: 'length',
  maxLength: 'length',
  max_length: 'length',
  stopStrings: 'stop',
  stop_strings: 'stop',
}

/**
 * Continues a prompt, symbol by symbol; the pieces put together are the text, without the prompt. Each symbol is drawn from the
 * model's softmax over all that came before, one step a symbol. The same model, prompt, options and kernels give the same text.
 *
 * A model of lines makes one line: the prompt is its beginning, and where the model ends it the text ends. Else an empty
 * prompt stands for a line's end, or for the vocabulary's first symbol where it has none. `<unk>` is never generated.
 * Weights are those the model has when the first piece is asked for.
 *
 * @throws UnrolledError at once: `option` for wrong options, `data` for a prompt with symbols that the model does not know;
 * while it runs: `logits` where the model's output is not a number. An aborted signal throws its reason.
 */
export function generate(
  model: LanguageModel,
  prompt = '',
  options: GenerationOptions = {},
): AsyncGenerator<string, void, undefined> {
  const { vocabulary } = model ?? {}
  if (!vocabulary) {
    throw new UnrolledError('option', 'generate: the first argument must be a language model, made by languageModel')
  }
  if (typeof prompt !== 'string') {
    throw new UnrolledError('option', `generate: the prompt must be a string, not ${typeof prompt}`)
  }
  checkNames('generate', options, [...samplingOptions, 'length', 'stop', 'signal', 'weights', ...engineNames], synonyms)
  const length = checkNumber('generate', 'length', options.length ?? 400, { from: 0, whole: true })
  const stop = stopsFrom(options.stop ?? [])
  checkSignal('generate', options.signal)
  const sampling = samplingFrom(vocabulary.size, options)
  const engine = { ...engineOf(options), weights: checkWeights('generate', options.weights) }
  const ids = beginning(vocabulary, prompt)
  return pieces(model, ids, { length, stop, sampling, signal: options.signal, engine })
}

interface Run {
  readonly length: number
  readonly stop: readonly string[]
  readonly sampling: Required<SamplingOptions>
  readonly signal: AbortSignal | undefined
  readonly engine: InferenceOptions
}

async function* pieces(model: LanguageModel, prompt: Int32Array, run: Run): AsyncGenerator<string, void, undefined> {
  const { length, signal } = run
  const { vocabulary, parameters } = model
  signal?.throwIfAborted()
  if (length === 0) return
  // What steps and draws is fetched when the first text is generated.
  const [{ Stepper, windowSteps }, { Sampler }, { StopStrings }] = await Promise.all([
    import('./stepper.ts'),
    import('./sampler.ts'),
    import('./stop-strings.ts'),
  ])
  const sampler = new Sampler(vocabulary.size, run.sampling)
  const stop = new StopStrings(run.stop)
  const held = await Stepper.of(model, run.engine)
  const stepper = held.kept
  const stream = stepper.begin(parameters)
  const logits = new Float32Array(vocabulary.size)
  // Not a generator of its own: to hand a symbol on through a second one costs as much as a step of a small model.
  try {
    const turns = new Turns()
    for (let at = 0; at < prompt.length; at += windowSteps) {
      signal?.throwIfAborted()
      await stepper.step(stream, Float32Array.from(prompt.subarray(at, at + windowSteps)), logits)
      await turns.take()
    }
    const x = new Float32Array(1)
    const drawn = [0]
    for (let n = 0; ; n++) {
      signal?.throwIfAborted()
      if (vocabulary.unknown !== undefined && vocabulary.size > 1) logits[vocabulary.unknown] = -Infinity
      const id = sampler.draw(logits, n)
      if (id === vocabulary.boundary) break
      drawn[0] = id
      const { text, ended } = stop.push(vocabulary.decode(drawn))
      if (text !== '') yield text
      if (ended) return
      if (n + 1 === length) break
      x[0] = id
      const read = stepper.step(stream, x, logits)
      if (read) await read
      await turns.take()
    }
    const rest = stop.rest()
    if (rest !== '') yield rest
  } finally {
    stepper.end(stream)
    held.release()
  }
}

/** The symbols of a prompt; of a model of lines, those of its last line, from the line's beginning on. */
function beginning(vocabulary: Vocabulary, prompt: string): Int32Array {
  const { boundary } = vocabulary
  if (boundary !== undefined) {
    const line = vocabulary.encode(prompt.slice(prompt.lastIndexOf('\n') + 1), 'the prompt')
    const ids = new Int32Array(1 + line.length)
    ids[0] = boundary
    ids.set(line, 1)
    return ids
  }
  return prompt === '' ? Int32Array.of(firstSymbol(vocabulary)) : vocabulary.encode(prompt, 'the prompt')
}

/** What an empty prompt stands for. */
function firstSymbol({ symbols, unknown }: Vocabulary): number {
  const newline = symbols.indexOf('\n')
  if (newline >= 0) return newline
  return unknown === 0 && symbols.length > 1 ? 1 : 0
}

function stopsFrom(given: string | readonly string[]): readonly string[] {
  const strings = typeof given === 'string' ? [given] : given
  if (Array.isArray(strings) && strings.every((one) => typeof one === 'string' && one !== '')) return strings
  throw wrongOption('generate', 'stop', given, 'a string of at least one character, or a list of such strings')
}
