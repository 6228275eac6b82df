import type { Units } from '../../data/index.ts'
import type { Report } from '../speaking.ts'
import { bleu, bleuCounts } from './bleu.ts'
import { bootstrap } from './bootstrap.ts'
import { figuresText } from './figures-text.ts'
import { SymbolErrors, type WrongSequence } from './symbol-errors.ts'

/** How near what was written comes to what was wanted. */
export interface Nearness {
  /** The share that is as it should be, to the letter. */
  readonly exact: number
  /**
   * Symbols that must be put in, left out or replaced, as a share of those that should be there: of characters, of tokens, else of
   * words.
   */
  readonly symbolErrorRate: number
  /** BLEU of all together, from 0 to 1 (Papineni et al. 2002): of words, each other sign being one; of tokens. */
  readonly bleu: number
}

type Interval = readonly [number, number]

/** How well a model writes. */
export interface WritingReport extends Report, Nearness {
  /** The bounds of `exact` with 95 % (bootstrap over examples). */
  readonly exactInterval: Interval
  /** The bounds of `symbolErrorRate` with 95 %, found alike. */
  readonly symbolErrorRateInterval: Interval
  /** The bounds of `bleu` with 95 %, found alike. */
  readonly bleuInterval: Interval
  /** The same where the source is copied as it stands; of sources that are text. */
  readonly copied?: Nearness
  /** What is furthest from what it should be, by symbols that are wrong. */
  readonly worst: readonly WrongSequence[]
}

/** What should be written, and what was; the source, where it is text. */
export interface WrittenText {
  readonly is: string
  readonly said: string
  readonly source?: string
}

/** A report of texts of such units. */
export function writingReport(all: readonly WrittenText[], units: Units): WritingReport {
  const said = new Comparison(all, units)
  const copies = all.flatMap(({ is, source }) => (source === undefined ? [] : [{ is, said: source }]))
  const interval = (of: (chosen: ArrayLike<number>) => number): Interval => bootstrap(all.length, of)
  const found = {
    ...said.nearness(),
    exactInterval: interval((chosen) => said.exact(chosen)),
    symbolErrorRateInterval: interval((chosen) => said.symbolErrorRate(chosen)),
    bleuInterval: interval((chosen) => said.bleu(chosen)),
    ...(copies.length === all.length && { copied: new Comparison(copies, units).nearness() }),
    worst: said.worst(),
  }
  return { ...found, figures: figuresOf(found), table: () => textOf(found) }
}

/** Texts beside what they should be. */
class Comparison {
  readonly #all: readonly WrittenText[]
  readonly #errors: SymbolErrors
  readonly #counts: readonly Float64Array[]

  constructor(all: readonly WrittenText[], units: Units) {
    const cut = cuts[units]
    this.#all = all
    this.#errors = new SymbolErrors(
      all.map(({ is, said }) => ({ is: cut.errors(is), said: cut.errors(said), right: is === said })),
    )
    this.#counts = all.map(({ is, said }) => bleuCounts(cut.bleu(is), cut.bleu(said)))
  }

  nearness(): Nearness {
    const all = Uint32Array.from(this.#all, (_, i) => i)
    return { exact: this.exact(all), symbolErrorRate: this.symbolErrorRate(all), bleu: this.bleu(all) }
  }

  exact(chosen: ArrayLike<number>): number {
    return this.#errors.exact(chosen)
  }

  symbolErrorRate(chosen: ArrayLike<number>): number {
    return this.#errors.rate(chosen)
  }

  bleu(chosen: ArrayLike<number>): number {
    return bleu(this.#counts, chosen)
  }

  worst(): WritingReport['worst'] {
    return this.#errors.worst((index) => {
      const { is, said } = this.#all[index]!
      return { is, said }
    })
  }
}

type Cut = (text: string) => string[]

const characters = (text: string): string[] => [...text]
const tokens = (text: string): string[] => text.match(/\S+/g) ?? []

/** Scripts in which words stand without blanks between. */
const alone = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}'
const letters = `(?:(?![${alone}])[\\p{L}\\p{M}\\p{N}])+`
const word = new RegExp(`[${alone}]|${letters}(?:['’]${letters})*|\\S`, 'gu')

/** Runs of letters and digits, and every other sign; where words stand without blanks between, each character. */
const words = (text: string): string[] => text.match(word) ?? []

/** What symbols are counted for errors, and for BLEU. */
const cuts: Readonly<Record<Units, { readonly errors: Cut; readonly bleu: Cut }>> = {
  characters: { errors: characters, bleu: words },
  words: { errors: words, bleu: words },
  subwords: { errors: words, bleu: words },
  tokens: { errors: tokens, bleu: tokens },
}

type Found = Omit<WritingReport, 'figures' | 'table'>

const figuresOf = (found: Found): WritingReport['figures'] => [
  { name: 'exact', value: found.exact, interval: found.exactInterval, share: true },
  { name: 'symbol errors', value: found.symbolErrorRate, interval: found.symbolErrorRateInterval, share: true },
  { name: 'BLEU', value: found.bleu, interval: found.bleuInterval, share: true },
]

function textOf(found: Found): string {
  const { copied } = found
  return figuresText(
    figuresOf(found),
    copied && { called: 'the source itself', values: [copied.exact, copied.symbolErrorRate, copied.bleu] },
  )
}
