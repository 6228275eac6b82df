import type { Label, Labels } from '../../data/index.ts'
import { largestOf } from '../losses/probabilities.ts'
import type { Judge, Paint, Report, RowPlace } from '../speaking.ts'
import { bootstrap } from './bootstrap.ts'
import { figureText, labelsText, macroOf, scoresOf, shareText, type LabelReport } from './label-report.ts'
import { tableText } from './table-text.ts'

/** How well a classifier tells labels apart. */
export interface ClassificationReport<Name extends Label = Label> extends Report {
  /** The share that is right. */
  readonly accuracy: number
  /** Its bounds with 95 % (bootstrap over sequences). */
  readonly accuracyInterval: readonly [number, number]
  /** The mean of all labels' F1, each counting alike; labels that there are none of are left out. */
  readonly macroF1: number
  /** Its bounds with 95 % (bootstrap over sequences). */
  readonly macroF1Interval: readonly [number, number]
  /** The accuracy of always saying the most frequent label. */
  readonly majority: number
  /** How well each is told, in the order of the model's labels. */
  readonly byLabel: readonly LabelReport<Name>[]
  /** `confusion[is][said]`: how many. Both in the order of `byLabel`. */
  readonly confusion: readonly (readonly number[])[]
  /** The examples that the model was most wrongly sure of. */
  readonly worst: readonly {
    readonly index: number
    readonly step?: number
    readonly is: Name
    readonly said: Name
    readonly probability: number
  }[]
}

/** How many of the worst examples are named. */
const mostWorst = 10

/** Labels that were said beside those that are, example by example or step by step. */
export class Judgements {
  readonly is: number[] = []
  readonly said: number[] = []
  readonly sure: number[] = []
  readonly places: RowPlace[] = []

  add(is: number, said: number, sure: number, place: RowPlace): void {
    this.is.push(is)
    this.said.push(said)
    this.sure.push(sure)
    this.places.push(place)
  }

  /** The numbers of each sequence's judgements, in the order of steps. */
  get sequences(): readonly number[][] {
    const found = new Map<number, number[]>()
    this.places.forEach(({ sequence }, i) => {
      const list = found.get(sequence)
      if (list) list.push(i)
      else found.set(sequence, [i])
    })
    return [...found].sort(([a], [b]) => a - b).map(([, list]) => list)
  }
}

/** Judges rows of scores, one for each label, whose `probabilities` are asked for. */
export function classificationJudge<Name extends Label>(
  { names }: Labels<Name>,
  probabilities: (scores: ArrayLike<number>) => ArrayLike<number>,
): Judge<ClassificationReport<Name>> {
  const all = new Judgements()
  return {
    take(output, [target], decoded, place) {
      const best = decoded?.label ?? largestOf(output)
      all.add(target!, best, (decoded?.probabilities ?? probabilities(output))[best]!, place)
    },
    report: () => classificationReport(names, all),
  }
}

/** What is reported of labels; sequences are what is drawn anew for intervals, for the steps of one are no strangers. */
export function classificationReport<Name extends Label>(
  names: readonly Name[],
  judgements: Judgements,
): ClassificationReport<Name> {
  const { is, said, sure, places, sequences } = judgements
  const count = is.length
  const confusion = confusionOf(names.length, is, said, is.keys())
  const byLabel = names.map((label, i): LabelReport<Name> => ({ label, ...scoresIn(confusion, i) }))
  const wrong = Array.from(is.keys()).filter((i) => is[i] !== said[i])
  const stepped = places.some(({ step }) => step > 0)
  const worst = wrong
    .sort((a, b) => sure[b]! - sure[a]! || a - b)
    .slice(0, mostWorst)
    .map((i) => ({
      index: places[i]!.sequence,
      ...(stepped && { step: places[i]!.step }),
      is: names[is[i]!]!,
      said: names[said[i]!]!,
      probability: sure[i]!,
    }))
  const right = sequences.map((list) => list.reduce((sum, i) => sum + (is[i] === said[i] ? 1 : 0), 0))
  const report = {
    accuracy: (count - wrong.length) / count,
    accuracyInterval: bootstrap(sequences.length, (drawn) => {
      let [hits, steps] = [0, 0]
      for (const s of drawn) {
        hits += right[s]!
        steps += sequences[s]!.length
      }
      return hits / steps
    }),
    macroF1: macro(confusion),
    macroF1Interval: bootstrap(sequences.length, (drawn) =>
      macro(confusionOf(names.length, is, said, stepsIn(sequences, drawn))),
    ),
    majority: Math.max(...byLabel.map((one) => one.count)) / count,
    byLabel,
    confusion,
    worst,
  }
  return { ...report, figures: figuresOf(report), table: (paint) => textOf(report, paint) }
}

function* stepsIn(sequences: readonly number[][], drawn: Uint32Array): Generator<number> {
  for (const s of drawn) yield* sequences[s]!
}

function confusionOf(
  labels: number,
  is: readonly number[],
  said: readonly number[],
  which: Iterable<number>,
): number[][] {
  const confusion = Array.from({ length: labels }, () => new Array<number>(labels).fill(0))
  for (const i of which) confusion[is[i]!]![said[i]!]!++
  return confusion
}

type Found = Omit<ClassificationReport, 'figures' | 'table'>

const figuresOf = ({ accuracy, accuracyInterval, majority, macroF1, macroF1Interval }: Found): Report['figures'] => [
  { name: 'accuracy', value: accuracy, interval: accuracyInterval, share: true, constant: majority },
  { name: 'macro F1', value: macroF1, interval: macroF1Interval, share: true },
]

function scoresIn(confusion: readonly (readonly number[])[], label: number): Omit<LabelReport, 'label'> {
  const count = confusion[label]!.reduce((a, b) => a + b, 0)
  const said = confusion.reduce((sum, row) => sum + row[label]!, 0)
  return scoresOf(confusion[label]![label]!, said, count)
}

const macro = (confusion: readonly (readonly number[])[]): number =>
  macroOf(confusion.map((_, label) => scoresIn(confusion, label)))

/** So many labels, and the whole confusion is drawn. */
const mostDrawn = 16

function textOf(
  { accuracy, accuracyInterval, macroF1, macroF1Interval, majority, ...rest }: Found,
  paint?: Paint,
): string {
  const { byLabel, confusion } = rest
  return [
    figureText('accuracy', accuracy, accuracyInterval, `; the most frequent label alone ${shareText(majority)}`),
    figureText('macro F1', macroF1, macroF1Interval),
    '',
    ...labelsText(byLabel),
    ...(byLabel.length <= mostDrawn
      ? [
          '',
          confusionText(
            byLabel.map(({ label }) => label),
            confusion,
            paint,
          ),
        ]
      : []),
  ].join('\n')
}

/** A row for what it is, a column for what was said. */
function confusionText(labels: readonly Label[], confusion: ClassificationReport['confusion'], paint?: Paint): string {
  const numbers = labels.map((_, i) => String(i + 1))
  const rows = labels.map((label, i) => [
    `${numbers[i]!.padStart(numbers.length > 9 ? 2 : 1)} ${label}`,
    ...confusion[i]!.map(String),
  ])
  const totals = confusion.map((row) => row.reduce((a, b) => a + b, 0))
  return tableText([['is ╲ said', ...numbers], ...rows], (text, row, column) =>
    row === 0 || column === 0 || paint === undefined
      ? text
      : paint(text, confusion[row - 1]![column - 1]! / Math.max(1, totals[row - 1]!), row === column),
  )
}
