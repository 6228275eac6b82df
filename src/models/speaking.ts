import type { Label, Readings, Row, RowValues } from '../data/index.ts'
import type { Decoded, DecodingOptions, Labelling } from './losses/index.ts'
import type { Tensor } from '../tensor.ts'
import type { Model } from './model.ts'

/** What a model of sequences reads. */
export type OneSequence = string | RowValues | Tensor | Row | readonly Row[]

/** What a model of steps reads. */
export type OneSentence = readonly string[] | RowValues | Tensor | readonly Row[]

/** How what is said is searched for. */
export type SearchOptions = Pick<DecodingOptions, 'beam' | 'best'>

/** One of several things that may be said. */
export interface Ranked<Said> {
  /** What may be said, as `say` gives it. */
  readonly said: Said
  /** Its log probability in nats. */
  readonly score: number
}

/** A model that is given what people have, `One` of it or many, and answers in the words of its data. */
export interface Speaking<Said, One = unknown> extends Model, Readings {
  /** Whether what it says is searched for, as wide as `predict` is told; false. */
  readonly searches?: boolean
  /** Whether what it says of a step depends on its outputs at the steps before, not on their states alone; false. */
  readonly remembers?: boolean
  /** What the output says of a sequence: its row for each step, or the only one; `value` is what was asked of. */
  say(rows: readonly Row[], value?: One, options?: SearchOptions): Said | Promise<Said>
  /** So many of the likeliest that it may say, best first; absent where what is said tells itself what else may be. */
  sayBest?(rows: readonly Row[], value: One | undefined, best: number): Promise<readonly Ranked<Said>[]>
}

/** A number by which models are compared. */
export interface Figure {
  /** What it is: `accuracy`, `macro F1`, `RMSE of price`. */
  readonly name: string
  /** A share, or a number in the units of the data; `share` tells which. */
  readonly value: number
  /** Its bounds with 95 % (bootstrap over examples). */
  readonly interval: readonly [number, number]
  /** Whether it is a share, from 0 to 1. */
  readonly share: boolean
  /** The same where one thing is always said, the most frequent label or the mean; absent where that says little. */
  readonly constant?: number
}

/** An example that a model was wrong about. */
export interface Miss {
  /** Its sequence in the data. */
  readonly index: number
  /** Its step, where each step is judged. */
  readonly step?: number
  /** What it is. */
  readonly is: Label
  /** What the model said it is. */
  readonly said: Label
  /** How sure the model was; absent where numbers are told. */
  readonly probability?: number
  /** Which of several numbers it is, by its column; absent where labels are told. */
  readonly name?: string
}

/** How a cell of a confusion is shown: its text, its share of what its row is, and whether it is right. */
export type Paint = (text: string, share: number, right: boolean) => string

/** What all reports have. */
export interface Report {
  /** The numbers by which models are compared, the first above all. */
  readonly figures: readonly Figure[]
  /** The examples that the model was most wrong about, the worst first. */
  readonly worst: readonly Miss[]
  /** All of it as text, the cells of a confusion painted where that is wanted. */
  table(paint?: Paint): string
}

/** Where in the data a row of the output lies. */
export interface RowPlace {
  /** The number of its sequence, counted from 0. */
  readonly sequence: number
  /** Its step in that, counted from 0; 0 where one row stands for all. */
  readonly step: number
}

/** Gathers outputs beside their targets, and reports of them. */
export interface Judge<Told> {
  /**
   * Takes a row of the output and its target, which hold only during the call, and of a loss that decodes sequences what that said of
   * the row. Steps of sequences side by side come in turn, each sequence's in order.
   */
  take(output: Row, target: Row, decoded: (Decoded & Partial<Labelling>) | undefined, place: RowPlace): void
  /** What is told of all that was taken. */
  report(): Told
}

/** A model that has more to report of how well it does than its loss. */
export interface Judged<Told extends Report> extends Model {
  /** Fetched when it is first asked for: pages that predict do without. */
  judge(): Promise<Judge<Told>>
}

/** Whether a model says what it means itself. */
export const isSpeaking = (model: Model): model is Speaking<object> =>
  typeof (model as Partial<Speaking<object>> | undefined)?.say === 'function'

/** Whether a model has more to report than its loss. */
export const isJudged = (model: Model): model is Judged<Report> =>
  typeof (model as Partial<Judged<Report>> | undefined)?.judge === 'function'
