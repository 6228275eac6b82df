import type { Label, Labelled, Labels, Readings, Row } from '../data/index.ts'
import { initialise, type Layer } from '../layers/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import type { Calibrated } from './calibrated.ts'
import { weightsOf } from './class-weights.ts'
import type { Entry } from './entry.ts'
import type { LabelOptions } from './label-options.ts'
import { crossEntropy } from './losses/index.ts'
import { softmax } from './losses/probabilities.ts'
import { asModel, type ModelParts } from './model.ts'
import { multilabelClassifierOf, type MultilabelClassifier } from './multilabel-classifier.ts'
import type { ClassificationReport } from './reports/classification.ts'
import {
  notLabelled,
  readingNames,
  readingOnce,
  readingSynonyms,
  type PoolingChoice,
  type ReadingOptions,
} from './sequence-layers.ts'
import { labelsOf, readingsContent, readingsFrom } from './readings.ts'
import type { Judged, OneSequence, Speaking } from './speaking.ts'

/** What a classifier says. */
export interface Classification<Name extends Label = Label> {
  /** The likeliest label. */
  readonly label: Name
  /** How likely it is. */
  readonly probability: number
  /** How likely each label is, by its name. */
  readonly probabilities: Readonly<Record<string, number>>
}

/** A model of what a sequence is. */
export interface Classifier<Name extends Label = Label>
  extends Speaking<Classification<Name>, OneSequence>, Judged<ClassificationReport<Name>>, Calibrated {
  /** What tells a classifier from other models, here and in its file. */
  readonly kind: 'classifier'
  /** The labels it tells apart, in the order of its scores. */
  readonly labels: Labels<Name>
  /** What scores are divided by before probabilities are made of them (Guo et al. 2017): 1 before `calibrate` fits it. */
  temperature: number
}

/** How a classifier reads sequences, makes one row of their steps, and weighs labels. */
export interface ClassifierOptions extends ReadingOptions, PoolingChoice, LabelOptions {}

/**
 * The topology many to one: a sequence is read step by step, and one label is said of it. An embedding where there are symbols,
 * recurrent layers, a pooling, a linear layer, and a softmax over the labels of the data. Of data in which a sequence may have several
 * labels, each is said by itself, with a sigmoid in place of the softmax.
 *
 * @throws UnrolledError `data` for data without labels, `option` for wrong options.
 */
export function classifier(
  data: Labelled & { readonly several: true },
  options: ClassifierOptions,
): MultilabelClassifier
/** The same of data with one label each: a softmax over the labels. */
export function classifier(data: Labelled & { readonly several?: never }, options: ClassifierOptions): Classifier
/** The same where types do not say which: `kind` of what it gives tells. */
export function classifier(data: Labelled, options: ClassifierOptions): Classifier | MultilabelClassifier
export function classifier(data: Labelled, options: ClassifierOptions): Classifier | MultilabelClassifier {
  checkNames('classifier', options, [...readingNames, 'pooling', 'classWeights', 'labelSmoothing'], readingSynonyms)
  if (!data?.input || !data.labels) throw notLabelled('classifier', 'labels')
  const layer = readingOnce('classifier', data.input, options, data.labels.names.length)
  return classifierOf(layer, data, options)
}

/** A classifier of a layer that makes a row of scores: what the data is of tells which. */
export function classifierOf(layer: Layer, data: Labelled, options: LabelOptions): Classifier | MultilabelClassifier {
  if (data.several) return multilabelClassifierOf(layer, data, options)
  const { classWeights, labelSmoothing, seed: given = 0 } = options
  const seed = checkNumber('classifier', 'seed', given, { from: 0, to: 0xffffffff, whole: true })
  const labels = data.labels!
  const loss = crossEntropy({
    ...(labelSmoothing !== undefined && { labelSmoothing }),
    ...(classWeights !== undefined && { weights: weightsOf('classifier', classWeights, labels, data.items) }),
  })
  const parameters = initialise(layer.declared, seed)
  return made({ layer, loss, seed, parameters, record: {} }, data, labels, 1)
}

type Parts = Omit<ModelParts, 'kind'>

function made(parts: Parts, { input, roles }: Readings, labels: Labels, temperature: number): Classifier {
  const probabilitiesOf = (row: ArrayLike<number>): Float64Array => {
    const scaled = Float64Array.from(row, (score) => score / model.temperature)
    softmax(scaled, 0, scaled.length, scaled)
    return scaled
  }
  const model: Classifier = asModel({
    kind: 'classifier' as const,
    ...parts,
    input,
    roles,
    labels,
    temperature,
    say([row]: readonly Row[]) {
      const probabilities = probabilitiesOf(row!)
      const best = probabilities.indexOf(Math.max(...probabilities))
      const all = labels.names.map((name, i) => [String(name), probabilities[i]!] as const)
      return { label: labels.names[best]!, probability: probabilities[best]!, probabilities: Object.fromEntries(all) }
    },
    calibration: async () =>
      (await import('./calibration/temperature.ts')).temperatureFit((fitted) => (model.temperature = fitted)),
    judge: async () => (await import('./reports/classification.ts')).classificationJudge(labels, probabilitiesOf),
    content: () => ({ ...readingsContent({ input, roles }), labels: labels.names, temperature: model.temperature }),
  })
  return model
}

/** A classifier as its file tells of it. */
export function classifierFrom(parts: Parts, entry: Entry): Classifier {
  const labels = labelsOf(parts.layer, entry)
  const temperature = entry('temperature', (text) => {
    if (Number(text) > 0 && Number.isFinite(Number(text))) return Number(text)
    throw new Error(`it is ${text}; it must be above 0`)
  })
  return made(parts, readingsFrom(parts.layer, entry), labels, temperature)
}
