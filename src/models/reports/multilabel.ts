import type { Label, Labels } from '../../data/index.ts'
import type { Judge, Report } from '../speaking.ts'
import { bootstrap } from './bootstrap.ts'
import { f1Of, figureText, labelsText, macroOf, scoresOf, type LabelReport } from './label-report.ts'

/** How well it is told which labels examples have. */
export interface MultilabelReport<Name extends Label = Label> extends Report {
  /** F1 of all labels counted together. */
  readonly microF1: number
  /** Its bounds with 95 % (bootstrap over examples). */
  readonly microF1Interval: readonly [number, number]
  /** The mean of all labels' F1, each counting alike; labels that there are none of are left out. */
  readonly macroF1: number
  /** Its bounds with 95 % (bootstrap over examples). */
  readonly macroF1Interval: readonly [number, number]
  /** The share of examples of which every label is right. */
  readonly subsetAccuracy: number
  /** Its bounds with 95 % (bootstrap over examples). */
  readonly subsetAccuracyInterval: readonly [number, number]
  /** How well each is told, in the order of the model's labels. */
  readonly byLabel: readonly LabelReport<Name>[]
  /** The examples whose labels together were said to be least likely, of those that were told wrong: `is` and `said` name them all. */
  readonly worst: readonly {
    readonly index: number
    readonly is: string
    readonly said: string
    readonly probability: number
  }[]
}

/** How many of the worst examples are named. */
const mostWorst = 10

interface Example {
  /** Its place in the data. */
  readonly index: number
  readonly is: Uint8Array
  readonly said: Uint8Array
  /** log of how likely it is that it has its labels, and no others. */
  readonly log: number
}

/** Judges rows of scores, one for each label, whose `probabilities` are asked for. */
export function multilabelJudge<Name extends Label>(
  { names }: Labels<Name>,
  probabilities: (scores: ArrayLike<number>) => ArrayLike<number>,
  threshold: number,
): Judge<MultilabelReport<Name>> {
  const examples: Example[] = []
  return {
    take(output, target, _, { sequence: index }) {
      const sure = Float64Array.from(probabilities(output))
      const is = Uint8Array.from(sure, (_, i) => Number(target[i]! > 0.5))
      const log = sure.reduce((sum, one, i) => sum + Math.log(is[i] ? one : 1 - one), 0)
      examples.push({ index, is, said: Uint8Array.from(sure, (one) => Number(one >= threshold)), log })
    },
    report: () => reportOf(names, examples),
  }
}

/** Of each label how often it is there, said, and both. */
class Counts {
  readonly is: Float64Array
  readonly said: Float64Array
  readonly both: Float64Array

  constructor(labels: number, examples: readonly Example[], drawn: Iterable<number>) {
    this.is = new Float64Array(labels)
    this.said = new Float64Array(labels)
    this.both = new Float64Array(labels)
    for (const at of drawn) {
      const { is, said } = examples[at]!
      for (let i = 0; i < labels; i++) {
        this.is[i]! += is[i]!
        this.said[i]! += said[i]!
        this.both[i]! += is[i]! & said[i]!
      }
    }
  }

  micro(): number {
    const sum = (numbers: Float64Array): number => numbers.reduce((a, b) => a + b, 0)
    return f1Of(sum(this.both), sum(this.said), sum(this.is))
  }

  macro(): number {
    return macroOf(this.scores())
  }

  scores(): Omit<LabelReport, 'label'>[] {
    return Array.from(this.is, (count, i) => scoresOf(this.both[i]!, this.said[i]!, count))
  }
}

function reportOf<Name extends Label>(names: readonly Name[], examples: readonly Example[]): MultilabelReport<Name> {
  const count = examples.length
  const right = examples.map(({ is, said }) => Number(is.every((one, i) => one === said[i])))
  const of = (drawn: Iterable<number>): Counts => new Counts(names.length, examples, drawn)
  const all = of(examples.keys())
  const shareRight = (drawn: Uint32Array): number => drawn.reduce((sum, at) => sum + right[at]!, 0) / count
  const found = {
    microF1: all.micro(),
    microF1Interval: bootstrap(count, (drawn) => of(drawn).micro()),
    macroF1: all.macro(),
    macroF1Interval: bootstrap(count, (drawn) => of(drawn).macro()),
    subsetAccuracy: right.reduce((a, b) => a + b, 0) / count,
    subsetAccuracyInterval: bootstrap(count, shareRight),
    byLabel: all.scores().map((scores, i): LabelReport<Name> => ({ label: names[i]!, ...scores })),
    worst: worstOf(names, examples, right),
  }
  return { ...found, figures: figuresOf(found, examples), table: () => textOf(found) }
}

type Found = Omit<MultilabelReport, 'figures' | 'table'>

const namesIn = (names: readonly Label[], set: Uint8Array): string =>
  names.filter((_, i) => set[i]).join(', ') || '(none)'

const worstOf = (names: readonly Label[], examples: readonly Example[], right: readonly number[]): Found['worst'] =>
  [...examples.keys()]
    .filter((i) => !right[i])
    .sort((a, b) => examples[a]!.log - examples[b]!.log || examples[a]!.index - examples[b]!.index)
    .slice(0, mostWorst)
    .map((i) => {
      const { index, is, said, log } = examples[i]!
      return { index, is: namesIn(names, is), said: namesIn(names, said), probability: Math.exp(log) }
    })

function figuresOf(found: Found, examples: readonly Example[]): Report['figures'] {
  const sets = new Map<string, number>()
  for (const { is } of examples) sets.set(is.join(''), (sets.get(is.join('')) ?? 0) + 1)
  const constant = Math.max(...sets.values()) / examples.length
  return [
    { name: 'micro F1', value: found.microF1, interval: found.microF1Interval, share: true },
    { name: 'macro F1', value: found.macroF1, interval: found.macroF1Interval, share: true },
    {
      name: 'all labels right',
      value: found.subsetAccuracy,
      interval: found.subsetAccuracyInterval,
      share: true,
      constant,
    },
  ]
}

function textOf({ byLabel, ...found }: Found): string {
  return [
    figureText('micro F1', found.microF1, found.microF1Interval),
    figureText('macro F1', found.macroF1, found.macroF1Interval),
    figureText('all labels right', found.subsetAccuracy, found.subsetAccuracyInterval),
    '',
    ...labelsText(byLabel),
  ].join('\n')
}
