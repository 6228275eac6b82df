import type { Readings, Row } from '../data/index.ts'
import type { Decoded, Labelling } from './losses/index.ts'
import type { Model } from './model.ts'

/** A model that is given what people have, and answers in the words of its data. */
export interface Speaking<Said> extends Model, Readings {
  /** What a row of the output says. */
  say(row: Row): Said
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
