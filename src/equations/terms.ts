import { equal, plus, sum, sumText, type Sum } from './size.ts'

/** Columns still to be found: known, unknown until something fixes it, or several side by side. */
export type Term =
  | { readonly kind: 'known'; readonly sum: Sum }
  | { readonly kind: 'unknown'; is: Term | undefined }
  | { readonly kind: 'joined'; readonly parts: readonly Term[] }

/** Looks at a size beside another, for each character of a text, at most: what grows with a text's square is refused. */
const looks = 32

/** Sizes side by side, and columns said by number, at most: both double with every line that joins a line with itself. */
export const widest = { sizes: 1024, columns: 1 << 20 }

/** Thrown by all that looks at a term which has grown wider than that, or has taken too long to look at. */
export class TooWide extends Error {}

export const known = (sum: Sum): Term => ({ kind: 'known', sum })
export const unknown = (): Term => ({ kind: 'unknown', is: undefined })

/** Whether it is a single column, which goes with any size. */
export const single = (term: Term): boolean => term.kind === 'known' && equal(term.sum, sum(1))

/** What the terms of one text stand for. */
export class Terms {
  #left: number

  /** `length`: characters of the text. */
  constructor(length: number) {
    this.#left = looks * (length + 100)
  }

  /** What a term stands for by now. */
  resolve(term: Term): Term {
    if (term.kind === 'unknown') return term.is ? (term.is = this.resolve(term.is)) : term
    return term.kind === 'joined' ? this.joined(term.parts) : term
  }

  /** Terms side by side: one flat list, or one sum where all are known. */
  joined(parts: readonly Term[]): Term {
    const flat: Term[] = []
    for (const part of parts) {
      if (this.#left-- === 0) throw new TooWide()
      const found = this.resolve(part)
      if (found.kind === 'joined') flat.push(...found.parts)
      else flat.push(found)
      if (flat.length > widest.sizes) throw new TooWide()
    }
    if (flat.length === 1) return flat[0]!
    let total = sum(0)
    for (const part of flat) {
      if (part.kind !== 'known') return { kind: 'joined', parts: flat }
      total = plus(total, part.sum)
    }
    const { hidden, input, output, projection, number } = total
    if (hidden + input + output + projection > widest.sizes || number > widest.columns) throw new TooWide()
    return known(total)
  }

  unknowns(term: Term): Extract<Term, { kind: 'unknown' }>[] {
    const found = this.resolve(term)
    if (found.kind === 'unknown') return [found]
    return found.kind === 'joined' ? found.parts.flatMap((part) => this.unknowns(part)) : []
  }

  contains(term: Term, free: Term): boolean {
    return this.unknowns(term).includes(free as Extract<Term, { kind: 'unknown' }>)
  }

  /** The columns, once no size is left unknown. */
  value(term: Term): Sum {
    return (this.resolve(term) as Extract<Term, { kind: 'known' }>).sum
  }

  shown(term: Term): string {
    return sumText(this.value(term))
  }

  bracketed(term: Term): string {
    const text = this.shown(term)
    return text.includes('+') ? `(${text})` : text
  }
}
