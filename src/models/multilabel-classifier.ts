import type { Label, Labelled, Labels, Readings, Row } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { initialise, type Layer } from '../layers/index.ts'
import { checkNumber } from '../options.ts'
import type { Calibrated } from './calibrated.ts'
import { positiveWeightsOf } from './class-weights.ts'
import type { Entry } from './entry.ts'
import type { LabelOptions } from './label-options.ts'
import { binaryCrossEntropy } from './losses/index.ts'
import { sigmoids } from './losses/probabilities.ts'
import { asModel, type ModelParts } from './model.ts'
import { labelsOf, readingsContent, readingsFrom } from './readings.ts'
import type { MultilabelReport } from './reports/multilabel.ts'
import type { Judged, OneSequence, Speaking } from './speaking.ts'

/** What is said where there may be several labels. */
export interface Multilabel<Name extends Label = Label> {
  /** Those that are at least as likely as the model's threshold, the likeliest first. */
  readonly labels: readonly Name[]
  /** How likely each label is, by its name; they do not sum to 1. */
  readonly probabilities: Readonly<Record<string, number>>
}

/** A model of which labels a sequence has: several, one, or none. */
export interface MultilabelClassifier<Name extends Label = Label>
  extends Speaking<Multilabel<Name>, OneSequence>, Judged<MultilabelReport<Name>>, Calibrated {
  /** What tells a classifier of several labels from other models, here and in its file. */
  readonly kind: 'multilabelClassifier'
  /** The labels it looks for, in the order of its scores. */
  readonly labels: Labels<Name>
  /** From which probability on a label is said: 0.5 before `calibrate` fits it. */
  threshold: number
}

/** A classifier of a layer that makes a row of scores, each of which is judged by itself. */
export function multilabelClassifierOf(
  layer: Layer,
  data: Labelled,
  { classWeights, labelSmoothing, seed: given = 0 }: LabelOptions,
): MultilabelClassifier {
  if (labelSmoothing !== undefined) {
    throw new UnrolledError(
      'option',
      'classifier: labelSmoothing is for one label each; these sequences may have several',
    )
  }
  const seed = checkNumber('classifier', 'seed', given, { from: 0, to: 0xffffffff, whole: true })
  const labels = data.labels!
  const loss = binaryCrossEntropy(
    classWeights === undefined
      ? {}
      : { positiveWeight: positiveWeightsOf('classifier', classWeights, labels, data.items) },
  )
  const parameters = initialise(layer.declared, seed)
  return made({ layer, loss, seed, parameters, record: {} }, data, labels, 0.5)
}

type Parts = Omit<ModelParts, 'kind'>

function made(parts: Parts, { input, roles }: Readings, labels: Labels, threshold: number): MultilabelClassifier {
  const model: MultilabelClassifier = asModel({
    kind: 'multilabelClassifier' as const,
    ...parts,
    input,
    roles,
    labels,
    threshold,
    say([row]: readonly Row[]) {
      const probabilities = probabilitiesOf(row!)
      const said = labels.names
        .map((name, i) => ({ name, probability: probabilities[i]! }))
        .filter(({ probability }) => probability >= model.threshold)
        .sort((a, b) => b.probability - a.probability)
      const all = labels.names.map((name, i) => [String(name), probabilities[i]!] as const)
      return { labels: said.map(({ name }) => name), probabilities: Object.fromEntries(all) }
    },
    judge: async () =>
      (await import('./reports/multilabel.ts')).multilabelJudge(labels, probabilitiesOf, model.threshold),
    calibration: async () =>
      (await import('./calibration/threshold.ts')).thresholdFit(
        (score) => probabilitiesOf([score])[0]!,
        (fitted) => (model.threshold = fitted),
      ),
    content: () => ({ ...readingsContent({ input, roles }), labels: labels.names, threshold: model.threshold }),
  })
  return model
}

function probabilitiesOf(row: ArrayLike<number>): Float64Array {
  const probabilities = new Float64Array(row.length)
  sigmoids(row, 0, row.length, probabilities)
  return probabilities
}

/** A classifier of several labels as its file tells of it. */
export function multilabelClassifierFrom(parts: Parts, entry: Entry): MultilabelClassifier {
  const labels = labelsOf(parts.layer, entry)
  const threshold = entry('threshold', (text) => {
    if (Number(text) >= 0 && Number(text) <= 1) return Number(text)
    throw new Error(`it is ${text}; it must be from 0 to 1`)
  })
  return made(parts, readingsFrom(parts.layer, entry), labels, threshold)
}
