import type { Vocabulary } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { shown } from '../options.ts'

/** A symbol by its number, or as the vocabulary has it. */
export type SymbolInput = number | string

/** Reads symbols that are pushed, by a vocabulary. */
export class PushedSymbols {
  readonly #vocabulary: Vocabulary
  readonly #ids: ReadonlyMap<string, number>

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
    this.#ids = new Map(vocabulary.symbols.map((symbol, id) => [symbol, id]))
  }

  /**
   * The numbers of symbols, one for each session.
   * @throws UnrolledError `shape` for another number of them, `data` for one that there is not.
   */
  idsOf(symbols: SymbolInput | readonly SymbolInput[], sessions: number): number[] {
    const list: readonly unknown[] = Array.isArray(symbols) ? symbols : [symbols]
    if (list.length !== sessions) {
      const wanted = sessions === 1 ? 'a symbol' : `a symbol for each of ${sessions} sessions`
      const count = list.length === 1 ? 'one symbol was' : `${list.length} symbols were`
      throw new UnrolledError('shape', `push: ${count} given; a step takes ${wanted}`)
    }
    return list.map((symbol, session) => this.#idOf(symbol, sessions === 1 ? '' : ` in session ${session}`))
  }

  #idOf(symbol: unknown, place: string): number {
    const { size, symbols } = this.#vocabulary
    const id = typeof symbol === 'string' ? this.#ids.get(symbol) : symbol
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < size) return id
    const close = typeof symbol === 'string' ? nearest(symbol, symbols) : undefined
    const advice =
      close === undefined ? 'a text is cut into symbols by targetVocabulary.encode' : `did you mean ${shown(close)}?`
    throw new UnrolledError(
      'data',
      `push: there is no symbol ${shown(symbol)}${place}; the model writes ${size}, numbered from 0; ${advice}`,
    )
  }
}
