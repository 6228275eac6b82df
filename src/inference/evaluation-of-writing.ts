import type { DataSet, Sequences } from '../data/index.ts'
import { writingReport, type Writing, type WritingReport } from '../models/index.ts'
import { checkNames } from '../options.ts'
import { evaluationNames, evaluationSynonyms, measure, type EvaluationOptions, type Fit } from './evaluation.ts'
import { Tally } from './tally.ts'
import { written } from './translate.ts'
import { searchNames, searchSynonyms, type WritingOptions } from './translation.ts'

/** Sequences, and the texts that they were made of, where they were. */
type Texts = Sequences & { readonly sourceTexts?: readonly string[]; readonly targetTexts?: readonly string[] }

/** What part of the time measuring the loss takes, about. */
const ofLoss = 0.2

/**
 * What `evaluate` does with a model that writes: the loss, where each symbol is told after those that are right, and what it writes by
 * itself beside what is wanted. Data of one's own that does not have its sequences at hand is measured by the loss alone.
 */
export async function evaluationOfWriting(
  model: Writing,
  data: DataSet,
  options: EvaluationOptions & WritingOptions,
): Promise<Fit | (Fit & WritingReport)> {
  const names = [...evaluationNames, ...searchNames]
  checkNames('evaluate', options, names, { ...searchSynonyms, ...evaluationSynonyms })
  const { items } = (data ?? {}) as Partial<Texts>
  const { progress } = options
  const first = items ? ofLoss : 1
  const tally = new Tally(model, model.loss.metrics ?? {})
  const { loss, positions } = await measure(
    'evaluate',
    model,
    data,
    { ...options, ...(progress && { progress: (share) => progress(first * share) }) },
    { tally },
  )
  const fit = { loss, positions, metrics: tally.means }
  if (!items) return fit
  const { sourceTexts } = data as Texts
  const sources = items.map(({ source }) => source!)
  const found = await written(
    model,
    { sources, ...(sourceTexts && { texts: sourceTexts }) },
    { ...options, ...(progress && { progress: (share) => progress(first + (1 - first) * share) }) },
  )
  const { units } = model.targetVocabulary
  const texts = found.map(({ text: said }, i) => ({
    is: wanted(model, data as Texts, i),
    said,
    ...(sourceTexts && { source: sourceTexts[i]! }),
  }))
  return { ...fit, ...writingReport(texts, units) }
}

/** What should be written: as the model would write it, unless it cannot. */
function wanted({ targetVocabulary }: Writing, { items, targetTexts }: Texts, i: number): string {
  const { unknown, decode } = targetVocabulary
  // The boundary behind it is not written.
  const ids = (items[i]!.target as Float32Array).subarray(0, -1)
  const own = unknown !== undefined && ids.includes(unknown) ? targetTexts?.[i] : undefined
  return own ?? decode(ids)
}
