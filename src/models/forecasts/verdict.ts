import { isObject } from '../../json-object.ts'

/** What a test on the past said of a forecaster beside simple rules, as its file keeps it. */
export interface KeptVerdict {
  readonly windows: number
  readonly horizon: number
  /** The rule it was held against. */
  readonly against: string
  /** Its error as a share of that rule's; null where the rule made none. */
  readonly ratio: number | null
  /** Whether no rule did as well; else which one to use instead. */
  readonly better: boolean
  readonly instead?: string
  /** All of it in a sentence. */
  readonly text: string
}

/** A file's text of a verdict; undefined where there was no test. */
export function verdictFrom(content: unknown): KeptVerdict | undefined {
  if (content === null) return undefined
  const { windows, horizon, against, ratio, better, text } = isObject(content) ? content : {}
  const right =
    Number.isSafeInteger(windows) &&
    Number.isSafeInteger(horizon) &&
    typeof against === 'string' &&
    (ratio === null || Number.isFinite(ratio)) &&
    typeof better === 'boolean' &&
    typeof text === 'string'
  if (right) return content as unknown as KeptVerdict
  throw new Error('it does not say on how many windows, against which rule, and how the test ended')
}
