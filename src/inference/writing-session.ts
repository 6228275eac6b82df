import { checkNames, checkNumber } from '../options.ts'
import { tensor } from '../tensor.ts'
import { UnrolledError } from '../error.ts'
import type { Search } from './beam.ts'
import { NextSymbols } from './next-symbols.ts'
import type { SymbolInput } from './pushed-symbols.ts'
import { samplingOptions, samplingSynonyms, type SamplingOptions } from './sampling.ts'
import { forked, Session } from './session.ts'
import { decodeSnapshot, encodeSnapshot, fingerprintOf, unfit, type Standing } from './snapshot.ts'
import { tell, type Told, type WritingParts } from './told.ts'
import { waysOf } from './ways.ts'

/** How a session goes on by itself. With a `temperature`, `topK`, `topP` or `seed` symbols are drawn, else the likeliest are taken. */
export interface WriteOptions extends SamplingOptions {
  /** Most symbols from here on; as many as `predict` would write. */
  readonly length?: number
  /** Aborting it makes the loop throw its reason before the next symbol; what was pushed by then stays. */
  readonly signal?: AbortSignal
}

/**
 * What a model writes about sources, symbol by symbol, each pushed from outside: the source was read whole when the session was opened,
 * and `next` tells what may come. What comes out is what the whole target at once gives, bit for bit, and sessions pushed together give
 * what each gives alone. Made by `open`. Weights are those the model had then.
 */
export class WritingSession {
  /** Targets that are written side by side, one for each source. */
  readonly sessions: number
  #parts: WritingParts
  #told: Told
  #ended = false

  /** Not for use: `open` makes sessions. */
  constructor(parts: WritingParts, told: Told) {
    this.sessions = told.session.sessions
    this.#parts = parts
    this.#told = told
  }

  /** Symbols pushed. */
  get step(): number {
    return this.#told.ids[0]!.length
  }

  /** What may come next. */
  get next(): NextSymbols {
    return this.#told.next
  }

  /** What was pushed in a session, as text, up to its end. */
  text(session = 0): string {
    const { boundary, decode } = this.#parts.model.targetVocabulary
    const ids = this.#told.ids[checkNumber('text', 'session', session, { from: 0, below: this.sessions, whole: true })]!
    const end = ids.indexOf(boundary!)
    return decode(end < 0 ? ids : ids.slice(0, end))
  }

  /**
   * Takes the next symbol, of several sessions one for each, and tells what may come behind it. Where a session has ended, its boundary
   * is pushed again. Calls may follow each other without waiting.
   *
   * @throws UnrolledError `data` for a symbol there is not, `shape` for another number of them, before anything is computed; `misuse`
   * after the end.
   */
  async push(symbols: SymbolInput | readonly SymbolInput[]): Promise<NextSymbols> {
    this.#alive('push')
    const told = this.#told
    const ids = this.#parts.pushed.idsOf(symbols, this.sessions)
    const stepped = told.session.push(ids)
    ids.forEach((id, s) => told.ids[s]!.push(id))
    const next = new NextSymbols(await stepped, this.#parts.model.targetVocabulary)
    // Unless it goes on from a snapshot by now.
    if (this.#told.session === told.session) this.#told = { ...told, next }
    return next
  }

  /**
   * Goes on by itself, and pushes what it writes: gives it piece by piece, until the next symbol is the end, or there are as many as may
   * be. From the beginning the pieces together are what `predict` writes with the same options.
   *
   * @throws UnrolledError `misuse` for several sessions, `option` for wrong options, `logits` where the output is not a number.
   */
  write(options: WriteOptions = {}): AsyncGenerator<string, void, undefined> {
    this.#alive('write')
    checkNames('write', options, [...samplingOptions, 'length', 'signal'], samplingSynonyms)
    if (this.sessions > 1) {
      throw new UnrolledError(
        'misuse',
        `write: here are ${this.sessions} sessions; one goes on by itself, several are pushed`,
      )
    }
    const search = waysOf('write', this.#parts.model, options, false).begun(this.#parts.steps)
    return this.#goOn(search, options.signal)
  }

  async *#goOn(search: Search, signal: AbortSignal | undefined): AsyncGenerator<string, void, undefined> {
    for (let count = 0; ; count++) {
      signal?.throwIfAborted()
      search.advance(
        () => this.next.logits(),
        () => undefined,
      )
      const [goingOn] = search.live
      const id = goingOn?.id ?? search.found()[0]!.ids[count]
      if (id === undefined) return
      const before = this.text()
      await this.push(id)
      yield this.text().slice(before.length)
      if (!goingOn) return
    }
  }

  /** Where the sessions stand, as bytes: with them they go on here, or elsewhere with the same model and sources. */
  async snapshot(): Promise<Uint8Array> {
    this.#alive('snapshot')
    const { boundary } = this.#parts.model.targetVocabulary
    const { model, sources } = this.#standing
    // What was pushed is all there is to tell: the rest follows from it and the sources.
    const rows = this.#told.ids.map((ids) => [boundary!, ...ids])
    const written = tensor(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length])
    return encodeSnapshot({ model, sources, sessions: this.sessions, step: this.step, states: { written } })
  }

  /**
   * Goes on where a snapshot was taken.
   * @throws UnrolledError `snapshot` for one of another model, other weights, other sources or another number of sessions, `file` for
   * what is damaged; nothing has changed then.
   */
  async restore(bytes: ArrayBuffer | ArrayBufferView): Promise<void> {
    this.#alive('restore')
    const { size } = this.#parts.model.targetVocabulary
    const { data, shape } = decodeSnapshot(bytes, this.#standing).states['written']!
    const [sessions, count] = shape as [number, number]
    if (data.some((id) => !(Number.isInteger(id) && id >= 0 && id < size)))
      throw unfit('it has symbols that the model has not')
    const ids = Array.from({ length: sessions }, (_, s) => Array.from(data.subarray(s * count, (s + 1) * count)))
    const { held, stream } = this.#parts
    const parts = { ...this.#parts, held: held.again(), stream: held.kept.anew(stream) }
    const told = await tell(parts, ids)
    this.#told.session.end()
    this.#parts = parts
    this.#told = told
    if (this.#ended) told.session.end()
  }

  /** Another session that stands where this one does, what was pushed being waited for; each goes its own way, and has an end of its own. */
  fork(): WritingSession {
    this.#alive('fork')
    const parts = forked(this.#parts)
    const { ids, next } = this.#told
    return new WritingSession(parts, { session: new Session(parts, 0), ids: ids.map((each) => [...each]), next })
  }

  /** Gives memory back. */
  end(): void {
    this.#ended = true
    this.#told.session.end()
  }

  get #standing(): Standing & { readonly sources: string } {
    const { model, stream, sources } = this.#parts
    return {
      model: fingerprintOf(model.layer, stream.parameters),
      sources,
      sessions: this.sessions,
      statesAt: (step) => [{ name: 'written', columns: step + 1 }],
    }
  }

  #alive(owner: string): void {
    if (this.#ended) throw new UnrolledError('misuse', `${owner}: this session has ended; open another`)
  }
}
