import { UnrolledError } from '../error.ts'
import { checkNumber } from '../options.ts'

/**
 * The windows of a text for stateful training, as char-rnn cuts them: the text becomes `batch` streams of equal length,
 * side by side, and windows pass along all of them at once, so that the state behind a window fits the next one.
 */
export interface Batches {
  readonly batch: number
  readonly time: number
  /** Steps of each stream in one pass. */
  readonly steps: number
  /** Windows in one pass. */
  readonly windows: number
  /** The step the next window begins at; the only state there is. Equals `steps` at the end of a pass. */
  readonly position: number
  /** Goes to a step: 0 for a new pass, a stored position to resume. */
  seek(position: number): void
  /** Fills `ids` and `targets`, `[time, batch]`, and steps on; gives the steps filled, 0 at the end of a pass. Makes no array. */
  next(ids: Float32Array, targets: Float32Array): number
  /** Fills `count` steps from `step` on, without stepping on; what is not given is not filled. */
  fill(step: number, count: number, ids: Float32Array | undefined, targets: Float32Array | undefined): void
}

export interface BatchesOptions {
  /** Streams. */
  readonly batch: number
  /** Steps in a window. */
  readonly time: number
  /** Whether the last window of a pass may be shorter, so that each stream is seen to its end; else that rest is left out. */
  readonly tail?: boolean
  /** What errors call the numbers; `symbols`. */
  readonly units?: string
}

/** Cuts numbered symbols into windows; too few for one window are an error with code `data` that says how many it takes. */
export function createBatches(symbols: Int32Array, options: BatchesOptions): Batches {
  const batch = checkNumber('batches', 'batch', options.batch, { from: 1, whole: true })
  const time = checkNumber('batches', 'time', options.time, { from: 1, whole: true })
  const { tail = false, units = 'symbols' } = options
  // The last symbol of a stream's window is only a target, and then the next stream's first.
  const length = Math.floor((symbols.length - 1) / batch)
  const steps = tail ? length : length - (length % time)
  if (steps < 1) {
    const least = batch * (tail ? 1 : time) + 1
    const cut = tail ? `batch ${batch}` : `batch ${batch} and windows of ${time} steps`
    throw new UnrolledError(
      'data',
      `the text has ${symbols.length} ${units}; ${cut} take at least ${least}: give a longer text or smaller numbers`,
    )
  }
  let position = 0

  function fill(step: number, count: number, ids: Float32Array | undefined, targets: Float32Array | undefined): void {
    const room = Math.min(ids?.length ?? Infinity, targets?.length ?? Infinity)
    if (step < 0 || count < 0 || step + count > steps || count * batch > room) {
      throw new UnrolledError(
        'data',
        `steps ${step} to ${step + count} are not among the ${steps} of a stream, or too many to hold`,
      )
    }
    if (ids) put(ids, step, count)
    if (targets) put(targets, step + 1, count)
  }

  /** Writes `count` symbols of each stream from number `from` on. */
  function put(into: Float32Array, from: number, count: number): void {
    for (let stream = 0; stream < batch; stream++) {
      let at = stream * length + from
      for (let place = stream; place < count * batch; place += batch) into[place] = symbols[at++]!
    }
  }

  return {
    batch,
    time,
    steps,
    windows: Math.ceil(steps / time),
    get position() {
      return position
    },
    seek(to) {
      position = checkNumber('batches', 'position', to, { from: 0, to: steps, whole: true })
    },
    next(ids, targets) {
      const count = Math.min(time, steps - position)
      fill(position, count, ids, targets)
      position += count
      return count
    },
    fill,
  }
}
