/** What may be passed on of a text that arrives in pieces, and whether it has ended. */
export interface Released {
  readonly text: string
  readonly ended: boolean
}

/**
 * Watches a text that arrives in pieces for the end of the first of some strings. Everything before that string's beginning is
 * passed on, each part as soon as it is certain that no stop string begins in it; so the result does not depend on the pieces.
 */
export class StopStrings {
  readonly #strings: readonly string[]
  #held = ''

  constructor(strings: readonly string[]) {
    this.#strings = strings
  }

  /** Takes in the next piece. */
  push(piece: string): Released {
    if (this.#strings.length === 0) return { text: piece, ended: false }
    this.#held += piece
    let begin = -1
    let end = Infinity
    for (const stop of this.#strings) {
      const at = this.#held.indexOf(stop)
      if (at < 0) continue
      const after = at + stop.length
      if (after < end || (after === end && at < begin)) {
        begin = at
        end = after
      }
    }
    const ended = begin >= 0
    const length = ended ? begin : this.#certain()
    const text = this.#held.slice(0, length)
    this.#held = ended ? '' : this.#held.slice(length)
    return { text, ended }
  }

  /** What is still held back when the text has ended by itself. */
  rest(): string {
    const text = this.#held
    this.#held = ''
    return text
  }

  /** Characters in front of which any stop string might yet begin. */
  #certain(): number {
    const held = this.#held
    const longest = Math.max(...this.#strings.map((stop) => stop.length))
    for (let at = Math.max(0, held.length - longest + 1); at < held.length; at++) {
      const tail = held.slice(at)
      if (this.#strings.some((stop) => stop.startsWith(tail))) return at
    }
    return held.length
  }
}
