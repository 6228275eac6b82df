import type { CodedChannel, WindowCoding } from './window-coding.ts'
import { fixedWidth, knownWidth } from './window-coding.ts'
import type { WindowScale } from './normalisations.ts'
import type { WindowRows } from './window-rows.ts'

/**
 * A window for a model that says the whole horizon at once (Lin et al. 2023, arXiv:2308.11200). Read along `source` are the segments of the
 * context: their values, scaled as the window is, what is known of their steps, and what was known up to them. Each step along time is a
 * segment of the horizon: which it is, what never changes, and what is known of its steps ahead.
 */
export function directRows(coding: WindowCoding): WindowRows {
  const { context, horizon, segment } = coding
  const [read, said] = [context / segment, horizon / segment]
  const known = knownWidth(coding)
  const columns = { source: segment * (1 + known + coding.past.length), x: said + fixedWidth(coding) + segment * known }

  const putSource = (
    coded: CodedChannel,
    origin: number,
    scale: WindowScale,
    into: Float32Array,
    row: number,
    rows: number,
  ): void => {
    for (let s = 0; s < read; s++) {
      const from = origin - context + s * segment
      let at = (s * rows + row) * columns.source
      for (let t = from; t < from + segment; t++) into[at++] = (coded.values[t]! - scale.location) / scale.scale
      for (const column of coded.known) for (let t = from; t < from + segment; t++) into[at++] = column[t]!
      for (const column of coded.past) for (let t = from; t < from + segment; t++) into[at++] = column[t]!
    }
  }

  return {
    steps: said,
    source: { steps: read, columns: columns.source },
    columns: columns.x,
    values: segment,
    first: (origin, step) => origin + step * segment,
    putSource,
    putStep(coded, origin, _, step, into, at) {
      for (let s = 0; s < said; s++) into[at++] = s === step ? 1 : 0
      for (const mark of coded.fixed) into[at++] = mark
      const from = origin + step * segment
      for (const column of coded.known) for (let t = from; t < from + segment; t++) into[at++] = column[t]!
    },
  }
}
