import type { Feed } from '../../inference/feed.ts'
import { mainOf } from '../../layers/index.ts'
import type { Writing } from '../../models/index.ts'
import { padded, type Runner } from '../../runtime/index.ts'
import { siteOf, uniform } from '../../uniform.ts'

/** A window that reads some of the model's own symbols. */
export interface SampledWindow {
  /** Steps of the batch. */
  readonly start: number
  readonly end: number
  /** Sequences side by side. */
  readonly batch: number
  /** Number of the batch's first step in the whole run. */
  readonly origin: number
  readonly probability: number
}

/**
 * What the model itself would have written at each step of a window, read by some of its steps in place of what is true (Bengio et
 * al. 2015; in two passes, as Mihaylova & Martins 2019, arXiv:1906.07651): its likeliest symbol after true ones. Which steps those are
 * depends on the seed, and on step and sequence in the whole run. The first step of a window reads what is true; so does one behind a
 * step at which the model would have ended, or written what it does not know, for those it never reads when it writes by itself.
 */
export class OwnSymbols {
  readonly #seed: number
  /** The output that is looked at, and the input that is exchanged. */
  readonly output: string
  readonly #x: string
  readonly #size: number
  readonly #never: readonly (number | undefined)[]
  readonly #runner: Runner
  #window: SampledWindow = { start: 0, end: 0, batch: 0, origin: 0, probability: 0 }
  /** Likeliest symbols `[steps of the window, batch]`; −1 where the next step reads what is true. */
  #symbols = new Int32Array(0)
  #room = new Float32Array(0)
  /** As much of the room as the last steps took. */
  #logits = this.#room

  constructor({ layer, targetVocabulary }: Writing, seed: number, runner: Runner) {
    const { size, boundary, unknown } = targetVocabulary
    this.output = mainOf(layer.outputs, 'output')[0]
    this.#x = mainOf(layer.inputs, 'x')[0]
    this.#size = size
    this.#never = [boundary, unknown]
    this.#seed = seed
    this.#runner = runner
  }

  /** Sees to room for a window; `look` is called for all its steps next. Makes no array for windows that are no larger than before. */
  begin(window: SampledWindow): void {
    this.#window = window
    const rows = (window.end - window.start) * window.batch
    if (this.#symbols.length < rows) this.#symbols = new Int32Array(rows)
  }

  /** Takes what came out of `count` steps from step `from` on. */
  async look(from: number, count: number): Promise<void> {
    const { start, batch } = this.#window
    const pitch = padded(this.#size)
    const rows = count * batch
    const floats = rows * pitch
    if (this.#room.length < floats) this.#room = new Float32Array(floats)
    if (this.#logits.length !== floats) this.#logits = this.#room.subarray(0, floats)
    await this.#runner.read(this.output, 0, this.#logits)
    for (let row = 0; row < rows; row++) {
      this.#symbols[(from - start) * batch + row] = this.#likeliest(row * pitch)
    }
  }

  /** Exchanges some of the symbols that a feed took of `count` steps from step `from` on. */
  exchange(feed: Feed, from: number, count: number): void {
    const { start, batch, origin, probability } = this.#window
    const { rows } = feed.inputs.find(({ input }) => input === this.#x)!
    for (let t = from === start ? 1 : 0; t < count; t++) {
      for (let b = 0; b < batch; b++) {
        const own = this.#symbols[(from + t - 1 - start) * batch + b]!
        const there = own >= 0 && t < feed.left[b]!
        if (there && uniform(this.#seed, site, origin + from + t, b, 0) < probability) rows[t * batch + b] = own
      }
    }
  }

  /** The likeliest symbol by the logits at a place; of equals the lower number. */
  #likeliest(at: number): number {
    let best = -1
    let highest = -Infinity
    for (let id = 0; id < this.#size; id++) {
      const logit = this.#logits[at + id]!
      if (logit > highest) {
        highest = logit
        best = id
      }
    }
    return this.#never.includes(best) ? -1 : best
  }
}

const site = siteOf('scheduled sampling')
