import type { Readings, Row } from '../data/index.ts'
import type { Decoded, Labelling } from './losses/index.ts'
import type { Tensor } from '../tensor.ts'
import type { Model } from './model.ts'

/** One row of a table, or of a list of objects. */
export type RowValues = Readonly<Record<string, unknown>>

/** What a model of sequences reads. */
export type OneSequence = string | RowValues | Tensor | Row | readonly Row[]

/** What a model of steps reads. */
export type OneSentence = readonly string[] | RowValues | Tensor | readonly Row[]

/** A model that is given what people have, `One` of it or many, and answers in the words of its data. */
export interface Speaking<Said, One = unknown> extends Model, Readings {
  /** What the output says of a sequence: its row for each step, or the only one; `value` is what was asked of. */
  say(rows: readonly Row[], value?: One): Said | Promise<Said>
}

/** Gathers outputs beside their targets, and reports of them. */
export interface Judge<Report> {
  /**
   * Takes a row of the output and its target, which hold only during the call, and of a loss that decodes sequences what that said of
   * the row.
   */
  take(output: Row, target: Row, decoded?: Decoded & Partial<Labelling>): void
  report(): Report
}

/** A model that has more to report of how well it does than its loss. */
export interface Judged<Report> extends Model {
  /** Fetched when it is first asked for: pages that predict do without. */
  judge(): Promise<Judge<Report>>
}

/** Whether a model says what it means itself. */
export const isSpeaking = (model: Model): model is Speaking<object> =>
  typeof (model as Partial<Speaking<object>>).say === 'function'

/** Whether a model has more to report than its loss. */
export const isJudged = (model: Model): model is Judged<object> =>
  typeof (model as Partial<Judged<object>>).judge === 'function'
