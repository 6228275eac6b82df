import { fixedWidth, knownWidth, type CodedChannel, type WindowCoding } from './window-coding.ts'
import type { WindowRows } from './window-rows.ts'

/** Whether a model sees what was a season before the step it says, beside the step before. */
export const seesSeason = ({ season, context }: WindowCoding): boolean => season > 1 && season <= context

/** Numbers of a step that are values of the series. */
export const laggedWidth = (coding: WindowCoding): number => 1 + Number(seesSeason(coding))

/**
 * A window for a model that says one step a time (Salinas et al. 2020, arXiv:1704.04110): each step sees the value before the one it says,
 * what was a season before that, what is known of the step it says, and what never changes. In training it is said of the context too, and
 * in the horizon each step sees what came.
 */
export function sampledRows(coding: WindowCoding): WindowRows {
  const { context, horizon, season } = coding
  const lag = seesSeason(coding)
  return {
    steps: context + horizon - 1,
    columns: laggedWidth(coding) + knownWidth(coding) + fixedWidth(coding),
    values: 1,
    first: (origin, step) => origin - context + step + 1,
    putStep(coded, origin, scale, step, into, at) {
      const said = origin - context + step + 1
      const seen = (t: number): number => (coded.values[t]! - scale.location) / scale.scale
      into[at] = seen(said - 1)
      // Before the series began there is no season: the step before stands for it.
      if (lag) into[at + 1] = seen(said - season >= 0 ? said - season : said - 1)
      putKnown(coded, said, into, at + laggedWidth(coding))
    },
  }
}

/** What is known of a step ahead, and what never changes. */
export function putKnown(coded: CodedChannel, step: number, into: Float32Array | Float64Array, at: number): void {
  for (const column of coded.known) into[at++] = column[step]!
  for (const mark of coded.fixed) into[at++] = mark
}
