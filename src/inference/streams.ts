import type { Named, Tensor } from '../tensor.ts'
import type { Numbers, Runner, Slot } from '../runtime/index.ts'

/** Where some sequences stand that are stepped together. Several streams may be under way on one runner. */
export interface Stream {
  readonly parameters: Named
  /** Sequences. */
  readonly batch: number
  /** The states, while those of another stream are what programs go on from. */
  kept: Slot | undefined
}

type Extents = ReturnType<Runner['extents']>

/** Streams on one runner: whose states programs go on from. */
export abstract class Streams<Of extends Stream> {
  protected readonly runner: Runner
  #current: Of | undefined

  constructor(runner: Runner) {
    this.runner = runner
  }

  /** Whether a step can be done at once. */
  get immediate(): boolean {
    return this.runner.backend.readSync !== undefined
  }

  /** An array of zeros as precise as the backend computes. */
  numbers(length: number): Numbers {
    return this.runner.numbers(length)
  }

  /**
   * Moves a stream on: `x` holds `[steps, batch] × input`, rows padded as device memory has them. The output of the last step is read
   * to `into`, as far as there is room, rows padded too; at once where the backend can. All is asked for before anything is waited for,
   * so that nothing of another stream comes in between.
   */
  abstract step(stream: Of, x: Numbers, into: Numbers): Promise<void> | undefined

  /** The states of a stream by name, `[batch, columns]` each. */
  states(stream: Of): Promise<Record<string, Tensor>> {
    this.turnTo(stream, 1)
    return this.runner.states.final(stream.batch)
  }

  /** Lets a stream go on from given states. */
  restore(stream: Of, states: Readonly<Record<string, Tensor>>): void {
    this.turnTo(stream, 1)
    this.runner.states.begin(stream.batch, states)
  }

  /** Another stream that stands where this one does. */
  fork(stream: Of): Of {
    this.turnTo(stream, 1)
    const kept = this.runner.states.slot(stream.batch)
    this.runner.states.keep(kept)
    return { ...stream, kept }
  }

  /** The stream ends; what it had on the device is given back. */
  end(stream: Of): void {
    if (stream === this.#current) this.#current = undefined
    if (stream.kept) this.runner.states.free(stream.kept)
    stream.kept = undefined
  }

  /** How far programs go over so many steps of a stream. */
  protected abstract extentsOf(stream: Of, steps: number): Extents

  /** Sees to memory for these extents; what is too small is exchanged. */
  protected abstract fit(extents: Extents): void

  /** Makes a stream the one that programs go on from, with room for so many steps of it. */
  protected turnTo(stream: Of, steps: number): Extents {
    const extents = this.extentsOf(stream, steps)
    // Before memory that is too small is exchanged.
    if (stream !== this.#current) this.leave()
    this.fit(extents)
    if (stream !== this.#current) this.enter(stream)
    return extents
  }

  /** Keeps what programs would go on from, for another is to take its place. */
  protected leave(): void {
    const { states } = this.runner
    const left = this.#current
    if (!left) return
    left.kept ??= states.slot(left.batch)
    states.keep(left.kept)
    this.#current = undefined
  }

  protected enter(stream: Of): void {
    const { states } = this.runner
    if (stream.kept) states.bring(stream.kept)
    else states.begin(stream.batch)
    this.#current = stream
  }
}
