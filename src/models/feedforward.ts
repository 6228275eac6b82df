import type { Labelled, Labels, Measure } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { chain, linear, mean, type Layer, type OpenLayer } from '../layers/index.ts'
import { checkNames } from '../options.ts'
import { classifierOf, type Classifier } from './classifier.ts'
import { encoding } from './encoding.ts'
import type { LabelOptions } from './label-options.ts'
import type { MultilabelClassifier } from './multilabel-classifier.ts'
import { regressorOf, type Regressor, type RegressorOptions } from './regressor.ts'
import { embeddingSize, entering, notLabelled } from './sequence-layers.ts'

/** The linear layers of a feedforward model; what is said of labels holds where the data has them, `loss` where it has numbers. */
export interface FeedforwardOptions extends LabelOptions, Pick<RegressorOptions, 'loss'> {
  /** Width of each hidden layer. */
  readonly hidden: number | readonly number[]
  /** What each hidden layer's values go through; 'relu'. */
  readonly activation?: string
  /** Width of the vectors that stand for symbols; that of the first layer. */
  readonly embedding?: number
  /** Rate of dropout on what enters and behind each hidden layer; 0. */
  readonly dropout?: number
}

const names = ['hidden', 'activation', 'embedding', 'dropout', 'seed', 'classWeights', 'labelSmoothing', 'loss']

/**
 * The topology one to one: no recurrence. One step goes through linear layers; of a sequence of several steps the mean over all of
 * them does, whatever their order, which is the baseline of what reads them in order. A classifier where the data has labels, one each
 * or several, a regressor where it has numbers.
 *
 * @throws UnrolledError `data` for data without labels or numbers to be told, `option` for wrong options.
 */
export function feedforward(
  data: Labelled & { readonly labels: Labels; readonly several: true },
  options: FeedforwardOptions,
): MultilabelClassifier
/** The same of data with one label each. */
export function feedforward(
  data: Labelled & { readonly labels: Labels; readonly several?: never },
  options: FeedforwardOptions,
): Classifier
/** The same of data with numbers to be told. */
export function feedforward(
  data: Labelled & { readonly measures: readonly Measure[] },
  options: FeedforwardOptions,
): Regressor
/** The same where types do not say which: `kind` of what it gives tells. */
export function feedforward(data: Labelled, options: FeedforwardOptions): Classifier | MultilabelClassifier | Regressor
export function feedforward(
  data: Labelled,
  options: FeedforwardOptions,
): Classifier | MultilabelClassifier | Regressor {
  checkNames('feedforward', options, names)
  if (!data?.input) throw notLabelled('feedforward', 'labels or target columns')
  const { labels, measures, input } = data
  const widths = [options.hidden].flat() as number[]
  if (widths.length === 0)
    throw new UnrolledError('option', 'feedforward: hidden is the width of each hidden layer, one at least')
  const rate = options.dropout ?? 0
  const size = embeddingSize('feedforward', options)
  const parts: Record<string, Layer | OpenLayer> = { ...entering(input, size, rate) }
  const alone = Object.keys(parts).length === 0
  parts['mean'] = alone ? mean({ size: input.port.columns }) : mean()
  Object.assign(parts, encoding('feedforward', { ...options, encoder: widths }))
  parts['output'] = linear({ output: labels?.names.length ?? measures!.length })
  const layer = chain(parts)
  return labels ? classifierOf(layer, data, options) : regressorOf(layer, data, options)
}
