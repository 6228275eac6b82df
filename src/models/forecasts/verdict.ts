import { isObject } from '../../json-object.ts'

/** What a test on the past said of a forecaster beside simple rules, as its file keeps it. */
export interface KeptVerdict {
  /** How many windows of the past were forecast. */
  readonly windows: number
  /** Steps of each. */
  readonly horizon: number
  /** The rule that the model is held against. */
  readonly against: string
  /** The model's MASE as a share of that rule's, its MAE where no error can be scaled; null where the rule made no error. */
  readonly ratio: number | null
  /** Whether no rule did as well. */
  readonly better: boolean
  /** The rule to use instead, where one did: the one with the least error. */
  readonly instead?: string
  /** All of it in a sentence. */
  readonly text: string
}

/** A file's text of a verdict; undefined where there was no test. */
export function verdictFrom(content: unknown): KeptVerdict | undefined {
  if (content === null) return undefined
  const { windows, horizon, against, ratio, better, instead, text } = isObject(content) ? content : {}
  const right =
    Number.isSafeInteger(windows) &&
    Number.isSafeInteger(horizon) &&
    typeof against === 'string' &&
    (ratio === null || Number.isFinite(ratio)) &&
    typeof better === 'boolean' &&
    (instead === undefined || typeof instead === 'string') &&
    typeof text === 'string'
  if (right) return content as unknown as KeptVerdict
  throw new Error('it does not say on how many windows, against which rule, and how the test ended')
}
