import { copyRow, stepsOf, type Rows } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { GivenSources, Writing } from '../models/index.ts'
import { checkBoolean, checkNames, checkNumber } from '../options.ts'
import { checkWeights, engineNames, engineOf, Turns } from '../runtime/index.ts'
import { Beam, type Found, type Search } from './beam.ts'
import { copyingOf } from './copying.ts'
import { Drawn } from './drawn.ts'
import { readSources } from './given-sources.ts'
import { MemoryStepper, type Sources } from './memory-stepper.ts'
import { Sampler } from './sampler.ts'
import { samplingFrom, samplingOptions, samplingSynonyms } from './sampling.ts'
import { searchNames, searchSynonyms, type Translation, type TranslationOptions } from './translation.ts'

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
  const { sources, texts, one } =
    model.read?.(given) ?? readSources(given, model.sourceVocabulary, model.inputs['source']!)
  if (sources.length === 0) throw new UnrolledError('data', 'predict: there is no source')
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
  const copy = checkBoolean('predict', 'copy', options.copy ?? false)
  const { beam, begun } = waysOf(model, options, copy)
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

/** What is looked for: how many hypotheses stand side by side, and what follows those of a source of so many steps. */
interface Ways {
  readonly beam: number
  begun(steps: number): Search
}

function waysOf(
  { targetVocabulary, longest = (steps) => 3 * steps + 20 }: Writing,
  options: TranslationOptions,
  copy: boolean,
): Ways {
  const beam = checkNumber('predict', 'beam', options.beam ?? 1, { from: 1, to: 1024, whole: true })
  const lengthPenalty = checkNumber('predict', 'lengthPenalty', options.lengthPenalty ?? 0, { from: 0 })
  const coverage = checkNumber('predict', 'coverage', options.coverage ?? 0, { from: 0 })
  const most =
    options.length === undefined
      ? undefined
      : checkNumber('predict', 'length', options.length, { from: 1, whole: true })
  const { size } = targetVocabulary
  const boundary = targetVocabulary.boundary!
  // What is copied stands for what is not known; else that is never written.
  const unknown = copy ? undefined : targetVocabulary.unknown
  if (!samplingOptions.some((name) => options[name] !== undefined)) {
    const every = { width: beam, boundary, unknown, lengthPenalty, coverage }
    return { beam, begun: (steps) => new Beam({ ...every, length: most ?? longest(steps) }) }
  }
  const other = (['beam', 'lengthPenalty', 'coverage'] as const).find((name) => options[name] !== undefined)
  if (other !== undefined) {
    throw new UnrolledError('option', `predict: what is drawn is not searched for; leave out ${other}, or what draws`)
  }
  const sampler = new Sampler(size, samplingFrom(size, options))
  return { beam, begun: (steps) => new Drawn({ sampler, boundary, unknown, length: most ?? longest(steps) }) }
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
  stepper.read(parameters, sourcesOf(sources, inputs['source']!.columns, beam))
  const steps = Math.max(1, ...sources.map(stepsOf))
  const { boundary, size } = targetVocabulary
  const x = new Float32Array(rows).fill(boundary!)
  const from = new Int32Array(rows)
  while (searches.some(({ live }) => live.length > 0)) {
    const { output, tapped } = await stepper.step(x)
    searches.forEach((one, b) => {
      const row = (place: number): number => place * batch + b
      const places = one.advance(
        (place) => output.subarray(row(place) * size, (row(place) + 1) * size),
        (place) => tapped && Float32Array.from({ length: steps }, (_, s) => tapped[s * rows + row(place)]!),
      )
      // A place that is free is stepped along, and looked at by nobody.
      for (let place = 0; place < beam; place++) {
        from[row(place)] = row(places[place] ?? place)
        x[row(place)] = one.live[place]?.id ?? boundary!
      }
    })
    stepper.arrange(from)
    signal?.throwIfAborted()
    await turns.take()
  }
}

function sourcesOf(sources: readonly Rows[], columns: number, times: number): Sources {
  const batch = sources.length
  const lengths = Float32Array.from(sources, stepsOf)
  const steps = Math.max(1, ...lengths)
  const source = new Float32Array(steps * batch * columns)
  sources.forEach((rows, b) => {
    for (let t = 0; t < lengths[b]!; t++) copyRow(rows, t, columns, source, (t * batch + b) * columns)
  })
  return { inputs: { source }, steps, lengths, times }
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
