/**
 * Takes symbols out from the highest logit on, one at a time; of equals the one with the lower number first. It keeps a
 * heap and so costs little when few are taken, and makes no array.
 */
export class Ranking {
  readonly #heap: Int32Array
  readonly #logits: Float64Array
  #size = 0

  constructor(symbols: number) {
    this.#heap = new Int32Array(symbols)
    this.#logits = new Float64Array(symbols)
  }

  /** Puts all symbols in. */
  fill(logits: ArrayLike<number>): void {
    this.#size = this.#heap.length
    for (let i = 0; i < this.#size; i++) {
      this.#logits[i] = logits[i]!
      this.#heap[i] = i
    }
    for (let i = (this.#size >>> 1) - 1; i >= 0; i--) this.#sink(i)
  }

  /** The highest of those that are left. */
  take(): number {
    const heap = this.#heap
    const first = heap[0]!
    this.#size--
    heap[0] = heap[this.#size]!
    this.#sink(0)
    return first
  }

  #sink(from: number): void {
    const heap = this.#heap
    for (let at = from; ;) {
      let child = 2 * at + 1
      if (child >= this.#size) return
      if (child + 1 < this.#size && this.#before(heap[child + 1]!, heap[child]!)) child++
      if (!this.#before(heap[child]!, heap[at]!)) return
      const symbol = heap[at]!
      heap[at] = heap[child]!
      heap[child] = symbol
      at = child
    }
  }

  #before(a: number, b: number): boolean {
    const one = this.#logits[a]!
    const other = this.#logits[b]!
    return one > other || (one === other && a < b)
  }
}
