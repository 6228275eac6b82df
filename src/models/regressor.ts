import type { Labelled, Measure, Readings, Row } from '../data/index.ts'
import { initialise, type Layer } from '../layers/index.ts'
import { checkNames, checkNumber, wrongOption } from '../options.ts'
import type { Entry } from './entry.ts'
import { isLoss, meanSquaredError, type Loss } from './losses/index.ts'
import { asModel, outputOf, type ModelParts } from './model.ts'
import { readingsContent, readingsFrom } from './readings.ts'
import type { RegressionReport } from './reports/regression.ts'
import {
  notLabelled,
  readingNames,
  readingOnce,
  readingSynonyms,
  type PoolingChoice,
  type ReadingOptions,
} from './sequence-layers.ts'
import type { Judged, OneSequence, Speaking } from './speaking.ts'

/** What a regressor says: each number by the name of its column, in its own units. */
export interface Estimate {
  /** By the names of the data's target columns, in the units of those. */
  readonly values: Readonly<Record<string, number>>
}

/** A model of numbers that belong to a sequence. */
export interface Regressor extends Speaking<Estimate, OneSequence>, Judged<RegressionReport> {
  /** What tells a regressor from other models, here and in its file. */
  readonly kind: 'regressor'
  /** The numbers it tells, in the order of its output, which is scaled by them. */
  readonly measures: readonly Measure[]
}

/** How a regressor reads sequences and makes one row of their steps, and what it minimises. */
export interface RegressorOptions extends ReadingOptions, PoolingChoice {
  /** What is minimised, of numbers with a deviation of 1; meanSquaredError(). */
  readonly loss?: Loss
}

/**
 * The topology many to one, for numbers: a sequence is read step by step, and numbers are told of it. As a classifier, with one
 * column for each target.
 *
 * @throws UnrolledError `data` for data without numbers to be told, `option` for wrong options.
 */
export function regressor(data: Labelled, options: RegressorOptions): Regressor {
  checkNames('regressor', options, [...readingNames, 'pooling', 'loss'], readingSynonyms)
  if (!data?.input || !data.measures) throw notLabelled('regressor', 'target columns')
  return regressorOf(readingOnce('regressor', data.input, options, data.measures.length), data, options)
}

/** A regressor of a layer that makes a row of numbers. */
export function regressorOf(
  layer: Layer,
  data: Labelled,
  { loss = meanSquaredError(), seed: given = 0 }: Pick<RegressorOptions, 'loss' | 'seed'>,
): Regressor {
  if (!isLoss(loss)) throw wrongOption('regressor', 'loss', loss, 'a loss, such as huber()')
  const seed = checkNumber('regressor', 'seed', given, { from: 0, to: 0xffffffff, whole: true })
  const parameters = initialise(layer.declared, seed)
  return made({ layer, loss, seed, parameters, record: {} }, data, data.measures!)
}

type Parts = Omit<ModelParts, 'kind'>

const made = (parts: Parts, { input, roles }: Readings, measures: readonly Measure[]): Regressor =>
  asModel({
    kind: 'regressor' as const,
    ...parts,
    input,
    roles,
    measures,
    say: ([row]: readonly Row[]) => ({
      values: Object.fromEntries(measures.map(({ name, mean, deviation }, i) => [name, mean + deviation * row![i]!])),
    }),
    judge: async () => (await import('./reports/regression.ts')).regressionJudge(measures),
    content: () => ({
      ...readingsContent({ input, roles }),
      measures: measures.map(({ name, mean, deviation }) => ({ name, mean, deviation })),
    }),
  })

/** A regressor as its file tells of it. */
export function regressorFrom(parts: Parts, entry: Entry): Regressor {
  const measures = entry('measures', (json) => measuresFrom(JSON.parse(json), outputOf(parts.layer).columns))
  return made(parts, readingsFrom(parts.layer, entry), measures)
}

function measuresFrom(content: unknown, columns: number): Measure[] {
  if (!Array.isArray(content) || content.length !== columns) throw new Error(`they must be a list of ${columns}`)
  return content.map((one: Partial<Measure> | null) => {
    const { name, mean, deviation } = one ?? {}
    if (typeof name === 'string' && Number.isFinite(mean) && deviation! > 0) {
      return { name, mean: mean!, deviation: deviation! }
    }
    throw new Error('one of them has no name, mean and deviation above 0')
  })
}
