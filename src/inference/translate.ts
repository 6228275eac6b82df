import { stepsOf, type Rows } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { GivenSources, Writing } from '../models/index.ts'
import { checkBoolean, checkNames, checkSignal } from '../options.ts'
import { checkWeights, engineNames, engineOf, padded, Turns, type Numbers } from '../runtime/index.ts'
import type { Found, Search } from './beam.ts'
import { copyingOf } from './copying.ts'
import { sourcesIn } from './given-sources.ts'
import { MemoryStepper, sourcesOf } from './memory-stepper.ts'
import { samplingOptions, samplingSynonyms } from './sampling.ts'
import { StepRows } from './step-input.ts'
import { searchNames, searchSynonyms, type Translation, type TranslationOptions } from './translation.ts'
import { waysOf } from './ways.ts'

/** Sources that are read side by side. */
const together = 32

const names = [...searchNames, ...samplingOptions, 'signal', 'progress', 'weights', ...engineNames]

/** What `predict` does with a model that writes. */
export async function translate(
  model: Writing,
  given: unknown,
  options: TranslationOptions,
): Promise<Translation | Translation[]> {
  checkNames('predict', options, names, { ...searchSynonyms, ...samplingSynonyms })
  const { sources, texts, one } = sourcesIn(model, given, 'predict')
  const found = await written(model, { sources, ...(texts && { texts }) }, options)
  return one ? found[0]! : found
}

/** What a model writes about each of its sources, which may be told as texts too. */
export async function written(
  model: Writing,
  { sources, texts }: Omit<GivenSources, 'one'>,
  options: TranslationOptions,
): Promise<Translation[]> {
  const { coverage = 0 } = options
  checkSignal('predict', options.signal)
  const copy = checkBoolean('predict', 'copy', options.copy ?? false)
  const { beam, begun } = waysOf('predict', model, options, copy)
  const weights = checkWeights('predict', options.weights)
  const { decode } = model.targetVocabulary
  const found = new Array<Translation>(sources.length)
  const held = await MemoryStepper.of(model.layer, model.alignment, { ...engineOf(options), weights })
  try {
    const { taps } = held.kept
    if (coverage > 0 && !taps) throw new UnrolledError('option', 'predict: coverage is for models with attention')
    const copying = copy ? copyingOf(model, taps) : undefined
    // Those that are as long as each other go together; each is what it would be alone.
    const order = sources.map((_, i) => i).sort((a, b) => stepsOf(sources[a]!) - stepsOf(sources[b]!) || a - b)
    const turns = new Turns()
    for (let from = 0; from < order.length; from += together) {
      const some = order.slice(from, from + together)
      const searches = some.map((at) => begun(stepsOf(sources[at]!)))
      await held.kept.inTurn(() =>
        search(
          held.kept,
          model,
          some.map((at) => sources[at]!),
          { searches, beam, turns, ...(options.signal && { signal: options.signal }) },
        ),
      )
      some.forEach((at, i) => {
        const words = copying?.words(texts?.[at] ?? model.sourceVocabulary!.decode(sources[at] as Float32Array))
        const text = (one: Found): string => (words ? copying!.text(one, words) : decode(one.ids))
        found[at] = translationOf(searches[i]!.found(), stepsOf(sources[at]!), text)
      })
      options.progress?.((from + some.length) / order.length)
    }
  } finally {
    held.release()
  }
  return found
}

interface Searching {
  readonly searches: readonly Search[]
  /** Hypotheses side by side. */
  readonly beam: number
  readonly turns: Turns
  readonly signal?: AbortSignal
}

/** Follows the searches for some sources side by side, until all have ended. */
async function search(
  stepper: MemoryStepper,
  { parameters, inputs, targetVocabulary }: Writing,
  sources: readonly Rows[],
  { searches, beam, turns, signal }: Searching,
): Promise<void> {
  signal?.throwIfAborted()
  const batch = sources.length
  const rows = batch * beam
  const { boundary, size } = targetVocabulary
  const stream = stepper.begin(parameters, sourcesOf(sources, inputs['source']!.columns, beam))
  try {
    const x = new StepRows(inputs['x']!, rows, stepper.numbers(rows * padded(1)))
    const ids = new Float32Array(rows).fill(boundary!)
    const from = new Int32Array(rows)
    const pitch = padded(size)
    const output = stepper.numbers(rows * pitch)
    while (searches.some(({ live }) => live.length > 0)) {
      const read = stepper.step(stream, x.lay(ids), output)
      const [tapped] = await Promise.all([stepper.tapped(stream), read])
      searches.forEach((one, b) => {
        const row = (place: number): number => place * batch + b
        const logits = (place: number): Numbers => output.subarray(row(place) * pitch, row(place) * pitch + size)
        // Each row of what was looked at has a number for every sequence.
        const looked = (place: number): Float32Array | undefined =>
          tapped && Float32Array.from({ length: tapped.length / rows }, (_, s) => tapped[s * rows + row(place)]!)
        const places = one.advance(logits, looked)
        // A place that is free is stepped along, and looked at by nobody.
        for (let place = 0; place < beam; place++) {
          from[row(place)] = row(places[place] ?? place)
          ids[row(place)] = one.live[place]?.id ?? boundary!
        }
      })
      stepper.arrange(stream, from)
      signal?.throwIfAborted()
      await turns.take()
    }
  } finally {
    stepper.end(stream)
  }
}

/** What was found, as text, none twice. */
function translationOf(found: readonly Found[], steps: number, textOf: (one: Found) => string): Translation {
  const texts = new Set<string>()
  const all = found.flatMap((one) => {
    const text = textOf(one)
    if (texts.size === texts.add(text).size) return []
    return [{ text, score: one.score, looked: one.looked }]
  })
  const [{ text, score, looked }, ...others] = all as [(typeof all)[number], ...typeof all]
  return {
    text,
    score,
    alternatives: others.map(({ text, score }) => ({ text, score })),
    ...(looked && { attention: looked.map((row) => Array.from(row.subarray(0, steps))) }),
  }
}
