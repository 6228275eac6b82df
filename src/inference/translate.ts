import { copyRow, stepsOf, type Rows } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { Writing } from '../models/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { checkWeights, engineNames, engineOf, Turns } from '../runtime/index.ts'
import { readSources } from './given-sources.ts'
import { Beam, type BeamOptions, type Found } from './beam.ts'
import { MemoryStepper, type Sources } from './memory-stepper.ts'
import type { Translation, TranslationOptions } from './translation.ts'

/** Sources that are read side by side. */
const together = 32

const names = ['beam', 'lengthPenalty', 'coverage', 'length', 'signal', 'weights', ...engineNames]
const synonyms = {
  beams: 'beam',
  beamSize: 'beam',
  beam_size: 'beam',
  num_beams: 'beam',
  alpha: 'lengthPenalty',
  length_penalty: 'lengthPenalty',
  beta: 'coverage',
  max_length: 'length',
  maxLength: 'length',
}

/** What `predict` does with a model that writes. */
export async function translate(
  model: Writing,
  given: unknown,
  options: TranslationOptions,
): Promise<Translation | Translation[]> {
  checkNames('predict', options, names, synonyms)
  const beam = checkNumber('predict', 'beam', options.beam ?? 1, { from: 1, to: 1024, whole: true })
  const lengthPenalty = checkNumber('predict', 'lengthPenalty', options.lengthPenalty ?? 0, { from: 0 })
  const coverage = checkNumber('predict', 'coverage', options.coverage ?? 0, { from: 0 })
  const most =
    options.length === undefined
      ? undefined
      : checkNumber('predict', 'length', options.length, { from: 1, whole: true })
  const weights = checkWeights('predict', options.weights)
  const { sources, one } = readSources(given, model.sourceVocabulary, model.inputs['source']!)
  if (sources.length === 0) throw new UnrolledError('data', 'predict: there is no source')
  const { boundary, unknown } = model.targetVocabulary
  const found = new Array<Translation>(sources.length)
  const held = await MemoryStepper.of(model.layer, model.alignment, { ...engineOf(options), weights })
  if (coverage > 0 && !held.kept.taps) {
    held.release()
    throw new UnrolledError('option', 'predict: coverage is for models with attention')
  }
  try {
    // Those that are as long as each other go together; each is what it would be alone.
    const order = sources.map((_, i) => i).sort((a, b) => stepsOf(sources[a]!) - stepsOf(sources[b]!) || a - b)
    const turns = new Turns()
    for (let from = 0; from < order.length; from += together) {
      const some = order.slice(from, from + together)
      const beams = some.map((at) => {
        const length = most ?? 3 * stepsOf(sources[at]!) + 20
        return new Beam({ width: beam, length, boundary: boundary!, unknown, lengthPenalty, coverage })
      })
      await held.kept.inTurn(() =>
        search(
          held.kept,
          model,
          some.map((at) => sources[at]!),
          { beams, beam, turns, ...(options.signal && { signal: options.signal }) },
        ),
      )
      some.forEach((at, i) => (found[at] = translationOf(model, beams[i]!.found(), stepsOf(sources[at]!))))
    }
  } finally {
    held.release()
  }
  return one ? found[0]! : found
}

interface Search {
  readonly beams: readonly Beam[]
  readonly beam: BeamOptions['width']
  readonly turns: Turns
  readonly signal?: AbortSignal
}

/** Follows the beams of some sources side by side, until all have ended. */
async function search(
  stepper: MemoryStepper,
  { parameters, inputs, targetVocabulary }: Writing,
  sources: readonly Rows[],
  { beams, beam, turns, signal }: Search,
): Promise<void> {
  signal?.throwIfAborted()
  const batch = sources.length
  const rows = batch * beam
  stepper.read(parameters, sourcesOf(sources, inputs['source']!.columns, beam))
  const steps = Math.max(1, ...sources.map(stepsOf))
  const { boundary, size } = targetVocabulary
  const x = new Float32Array(rows).fill(boundary!)
  const from = new Int32Array(rows)
  while (beams.some(({ live }) => live.length > 0)) {
    const { output, tapped } = await stepper.step(x)
    beams.forEach((one, b) => {
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
function translationOf({ targetVocabulary }: Writing, found: readonly Found[], steps: number): Translation {
  const texts = new Set<string>()
  const all = found.flatMap(({ ids, score, looked }) => {
    const text = targetVocabulary.decode(ids)
    if (texts.size === texts.add(text).size) return []
    return [{ text, score, looked }]
  })
  const [{ text, score, looked }, ...others] = all as [(typeof all)[number], ...typeof all]
  return {
    text,
    score,
    alternatives: others.map(({ text, score }) => ({ text, score })),
    ...(looked && { attention: looked.map((row) => Array.from(row.subarray(0, steps))) }),
  }
}
