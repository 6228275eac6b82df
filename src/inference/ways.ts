import { UnrolledError } from '../error.ts'
import type { Writing } from '../models/index.ts'
import { checkNumber } from '../options.ts'
import { Beam, type Search } from './beam.ts'
import { Drawn } from './drawn.ts'
import { Sampler } from './sampler.ts'
import { samplingFrom, samplingOptions } from './sampling.ts'
import type { TranslationOptions } from './translation.ts'

/** What is looked for: how many hypotheses stand side by side, and what follows those of a source of so many steps. */
export interface Ways {
  readonly beam: number
  begun(steps: number): Search
}

/** The ways that options say; `owner` is what takes them. */
export function waysOf(
  owner: string,
  { targetVocabulary, longest = (steps) => 3 * steps + 20 }: Writing,
  options: TranslationOptions,
  copy: boolean,
): Ways {
  const beam = checkNumber(owner, 'beam', options.beam ?? 1, { from: 1, to: 1024, whole: true })
  const lengthPenalty = checkNumber(owner, 'lengthPenalty', options.lengthPenalty ?? 0, { from: 0 })
  const coverage = checkNumber(owner, 'coverage', options.coverage ?? 0, { from: 0 })
  const most =
    options.length === undefined ? undefined : checkNumber(owner, 'length', options.length, { from: 1, whole: true })
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
    throw new UnrolledError('option', `${owner}: what is drawn is not searched for; leave out ${other}, or what draws`)
  }
  const sampler = new Sampler(size, samplingFrom(size, options))
  return { beam, begun: (steps) => new Drawn({ sampler, boundary, unknown, length: most ?? longest(steps) }) }
}
