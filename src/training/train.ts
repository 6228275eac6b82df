import type { DataSet } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { checkData, isWriting, type Model } from '../models/index.ts'
import type { DoneEvent, TrainingEvent } from './events.ts'
import { leftBehind, warn, type Left } from './left.ts'
import { settingsFrom, type TrainingOptions } from './options.ts'
import { partsOf } from './parts.ts'
import { uncut } from './uncut.ts'

/**
 * A run of training: its events, pulled one by one; the run goes on only as they are taken, by one loop (`for await`) or by
 * `finish`. To await the run itself is an error, for it would train nothing.
 */
export interface TrainingRun extends AsyncIterable<TrainingEvent> {
  /** Takes all events to the end and gives the last. */
  finish(): Promise<DoneEvent>
}

/**
 * Trains a model in place. While it lasts, the model has the values of the last update; with validation it has the best weights in
 * the end, else the last. Breaking out of the loop ends the run; a checkpoint then holds all it takes to go on.
 *
 * @throws UnrolledError `option` for wrong options and `data` for data that does not fit, at once; while it runs, `non-finite`
 * where a loss or gradient is not a number, before it does harm; `checkpoint` where a stored run is not this one, or the store is
 * not free; `misuse` where another run trains the model, or a run is taken twice. A run that fails writes nothing any more.
 */
export function train(model: Model, data: DataSet, options: TrainingOptions = {}): TrainingRun {
  const checked = checkData(model, data, 'train')
  const { batch = 32, unroll } = checked.usual ?? {}
  const settings = settingsFrom(options, {
    batch,
    unroll: unroll ?? checked.longest,
    seed: model.seed,
    uncut: uncut(model, checked),
    parameters: model.declared.map(({ name }) => name),
    writes: isWriting(model),
  })
  const parts = partsOf(model, checked, settings)
  return new Run(async function* (left) {
    // What is made ready here may never run; what runs is fetched then.
    const { eventsOfRun } = await import('./events-of-run.ts')
    yield* eventsOfRun(model, parts, settings, left)
  })
}

type Events = AsyncGenerator<TrainingEvent, void, undefined>

class Run implements TrainingRun {
  readonly #begin: (left: Left) => Events
  readonly #seen = { taken: false }

  constructor(begin: (left: Left) => Events) {
    this.#begin = begin
    forgotten.register(this, this.#seen)
  }

  [Symbol.asyncIterator](): Events {
    return this.#take()
  }

  async finish(): Promise<DoneEvent> {
    let last: TrainingEvent | undefined
    for await (const event of this.#take()) last = event
    return last as DoneEvent
  }

  /** Not for use: whoever awaits a run, and not its end, is told so. */
  then(_: unknown, refuse?: (error: unknown) => unknown): void {
    refuse?.(
      new UnrolledError(
        'misuse',
        'train: a run does nothing by being awaited; say await train(...).finish(), or for await',
      ),
    )
  }

  #take(): Events {
    if (this.#seen.taken) {
      throw new UnrolledError(
        'misuse',
        'train: this run has been taken already, by a loop or finish(); call train again, with a checkpoint and ' +
          'resume: true to go on where it ended',
      )
    }
    this.#seen.taken = true
    const left: Left = {}
    const taken = this.#begin(left)
    leftBehind(
      taken,
      left,
      'a run of train() was left before its end, and nothing was saved; break its loop, or call return() of its iterator',
    )
    return taken
  }
}

/** Runs that nobody holds any more; those that nobody took have trained nothing. */
const forgotten = new FinalizationRegistry<{ readonly taken: boolean }>(({ taken }) => {
  if (!taken) warn('a run of train() was never begun; take its events by for await, or call finish()')
})
