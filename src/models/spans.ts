import type { Label } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { shown } from '../options.ts'

/** A part of a sequence, its steps from `from` to before `to`, and what it is: a name of a place, a person. */
export interface Span {
  /** What stands behind the sign of its labels: `PER` of `B-PER`. */
  readonly type: string
  /** Its first step, counted from 0. */
  readonly from: number
  /** The step behind its last. */
  readonly to: number
}

interface Mark {
  readonly sign: string
  readonly type: string
}

/** `B-PER`: how a step lies in a span, and of what type that is; `O` lies in none. */
function markOf(label: Label): Mark | undefined {
  if (label === 'O') return { sign: 'O', type: '' }
  const [, sign, type] = /^([BIES])-(.+)$/s.exec(String(label)) ?? []
  return sign === undefined ? undefined : { sign, type: type! }
}

/** Labels that mark spans: what may follow what. */
export interface SpanLabels {
  /** Whether label number `after` may stand behind `before`; −1 is what stands before the first step and behind the last. */
  follows(before: number, after: number): boolean
}

const outside: Mark = { sign: 'O', type: '' }

/**
 * What may follow what among labels of spans: B-X begins one, I-X goes on with it, O is none (Ramshaw & Marcus 1995, as IOB2); where there
 * is E-X or S-X, E-X ends one and S-X is one by itself (IOBES). Undefined where labels are no such.
 */
export function spanLabels(names: readonly Label[]): SpanLabels | undefined {
  const marks = names.map(markOf)
  if (marks.includes(undefined) || !marks.some((mark) => mark!.sign === 'B')) return undefined
  const ends = marks.some((mark) => 'ES'.includes(mark!.sign))
  return {
    follows(before, after) {
      const [a, b] = [marks[before] ?? outside, marks[after] ?? outside]
      const open = 'BI'.includes(a.sign)
      if ('IE'.includes(b.sign)) return open && a.type === b.type
      return !(ends && open)
    },
  }
}

/** Whether labels, by number, follow each other as they may. */
export const isValid = ({ follows }: SpanLabels, labels: ArrayLike<number>): boolean => {
  let before = -1
  for (let t = 0; t < labels.length; t++) if (!follows(before, (before = labels[t]!))) return false
  return follows(before, -1)
}

/**
 * The spans that labels mark. What cannot follow is read as the evaluation of CoNLL-2000 does: an I-X that nothing began begins one.
 * @throws UnrolledError `data` for what is no list.
 */
export function spansOf(labels: readonly Label[]): Span[] {
  if (!Array.isArray(labels)) {
    throw new UnrolledError('data', `spansOf: a list of labels is needed, not ${shown(labels)}`)
  }
  const spans: Span[] = []
  let open: { type: string; from: number } | undefined
  let last: Mark = outside
  const close = (to: number): void => {
    if (open) spans.push({ ...open, to })
    open = undefined
  }
  labels.forEach((label, t) => {
    const mark = markOf(label) ?? outside
    const goesOn = 'IE'.includes(mark.sign) && 'BI'.includes(last.sign) && mark.type === last.type
    if (!goesOn) close(t)
    if (!goesOn && mark.sign !== 'O') open = { type: mark.type, from: t }
    last = mark
  })
  close(labels.length)
  return spans
}
