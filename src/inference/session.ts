import { UnrolledError } from '../error.ts'
import { mainOf, type Layer } from '../layers/index.ts'
import { outputOf, type Loss, type Model } from '../models/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import {
  checkWeights,
  engineNames,
  engineOf,
  padded,
  unpadRows,
  type Held,
  type InferenceOptions,
  type Numbers,
} from '../runtime/index.ts'
import type { Named, Tensor } from '../tensor.ts'
import { checkParameters } from './check-given.ts'
import { checkSteps } from './check-steps.ts'
import { partsOf } from './parts-of.ts'
import { StepRows, type StepInput } from './step-input.ts'
import { Stepper } from './stepper.ts'
import type { Stream, Streams } from './streams.ts'

/** How many sequences `open` begins, with which parameters, and where they are computed. */
export interface SessionOptions extends InferenceOptions {
  /** Sequences that are stepped together; 1. */
  readonly sessions?: number
  /** Of a layer, its parameters, which it needs; those of a model are its own. */
  readonly parameters?: Named
}

/** What a step gives, `[sessions, columns]` each. */
export interface StepOutput {
  /** What the layer gives at this step: logits where the loss is of classes. */
  readonly output: Tensor
  /** Where the model's loss knows what its output says: of classes, which sum to 1, or of each column by itself. */
  readonly probabilities?: Tensor
}

/** What a session is made of. */
export interface Parts {
  readonly layer: Layer
  readonly loss: Loss | undefined
  readonly held: Held<Streams<Stream>>
  readonly stream: Stream
}

/**
 * Sequences that arrive step by step, their states carried on: what comes out is what the whole sequence at once gives, bit for bit, and
 * sessions stepped together give what each gives alone. Made by `open`. Weights are those the model had then.
 */
export class Session {
  /** Sequences that are stepped together. */
  readonly sessions: number
  readonly #parts: Parts
  /** Of the output. */
  readonly #columns: number
  readonly #x: StepRows
  /** What steps that are done at once read their output to, and give. */
  readonly #raw: Numbers
  readonly #result: StepOutput
  #step: number
  #ended = false

  /** Not for use: `open` makes sessions. */
  constructor(parts: Parts, step: number) {
    const { layer, held, stream } = parts
    const [, input] = mainOf(layer.inputs, 'x')
    this.#parts = parts
    this.sessions = stream.batch
    this.#columns = outputOf(layer).columns
    this.#x = new StepRows(input, stream.batch, held.kept.numbers(stream.batch * padded(input.columns)))
    this.#raw = this.#room()
    this.#result = this.#empty()
    this.#step = step
    forgotten.register(this, parts, this)
  }

  /** Steps made. */
  get step(): number {
    return this.#step
  }

  /**
   * Makes a step. Calls may follow each other without waiting.
   *
   * @throws UnrolledError `shape` or `data` for what does not fit, before anything is computed; `misuse` after the end.
   */
  async push(x: StepInput): Promise<StepOutput> {
    const raw = this.#room()
    const read = this.#advance('push', x, raw)
    if (read) await read
    return this.#fill(raw, this.#empty())
  }

  /**
   * Makes a step at once, and makes no array: what it gives is the session's own, and holds until the next call.
   *
   * @throws UnrolledError as `push`; `misuse` where the backend cannot read at once.
   */
  pushSync(x: StepInput): StepOutput {
    const { kept: stepper } = this.#parts.held
    if (!stepper.immediate) {
      throw new UnrolledError(
        'misuse',
        'pushSync: this backend computes elsewhere, and nothing can be read at once; await push',
      )
    }
    void this.#advance('pushSync', x, this.#raw)
    return this.#fill(this.#raw, this.#result)
  }

  /** Where the sessions stand, as bytes: with them they go on here, or elsewhere with the same model. */
  async snapshot(): Promise<Uint8Array> {
    this.#alive('snapshot')
    const { layer, held, stream } = this.#parts
    const { sessions, step } = this
    // Who takes none need not fetch what makes them.
    const [states, { encodeSnapshot, fingerprintOf }] = await Promise.all([
      held.kept.states(stream),
      import('./snapshot.ts'),
    ])
    return encodeSnapshot({ model: fingerprintOf(layer, stream.parameters), sessions, step, states })
  }

  /**
   * Goes on where a snapshot was taken.
   * @throws UnrolledError `snapshot` for one of another model, other weights or another number of sessions, `file` for what is
   * damaged; nothing has changed then.
   */
  async restore(bytes: ArrayBuffer | ArrayBufferView): Promise<void> {
    this.#alive('restore')
    const { layer, held, stream } = this.#parts
    const { decodeSnapshot, fingerprintOf } = await import('./snapshot.ts')
    const { step, states } = decodeSnapshot(bytes, {
      model: fingerprintOf(layer, stream.parameters),
      sessions: this.sessions,
      statesAt: () => layer.states,
    })
    this.#alive('restore')
    held.kept.restore(stream, states)
    this.#step = step
  }

  /** Another session that stands where this one does; each goes its own way, and has an end of its own. */
  fork(): Session {
    this.#alive('fork')
    return new Session(forked(this.#parts), this.#step)
  }

  /** Gives memory back. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    forgotten.unregister(this)
    close(this.#parts)
  }

  #advance(owner: string, x: StepInput, into: Numbers): Promise<void> | undefined {
    this.#alive(owner)
    const { held, stream } = this.#parts
    const read = held.kept.step(stream, this.#x.lay(x), into)
    this.#step++
    return read
  }

  #alive(owner: string): void {
    if (this.#ended) throw new UnrolledError('misuse', `${owner}: this session has ended; open another`)
  }

  /** Room for an output as it comes; one row has no pads behind it. */
  #room(): Numbers {
    const floats = this.sessions === 1 ? this.#columns : this.sessions * padded(this.#columns)
    return this.#parts.held.kept.numbers(floats)
  }

  #empty(): StepOutput {
    const { loss, held } = this.#parts
    const shape = [this.sessions, this.#columns]
    const make = (): Tensor => ({ shape, data: held.kept.numbers(this.sessions * this.#columns) })
    return { output: make(), ...(loss?.probabilities && { probabilities: make() }) }
  }

  #fill(raw: Numbers, result: StepOutput): StepOutput {
    const { loss } = this.#parts
    const { output, probabilities } = result
    const columns = this.#columns
    if (this.sessions === 1) output.data.set(raw)
    else unpadRows(raw, columns, output.data)
    for (let s = 0; probabilities && s < this.sessions; s++) {
      loss!.probabilities!(output.data, s * columns, columns, probabilities.data)
    }
    return result
  }
}

/** What another session is made of that stands where one does. */
export const forked = <Of extends Parts>(parts: Of): Of => ({
  ...parts,
  held: parts.held.again(),
  stream: parts.held.kept.fork(parts.stream),
})

/** Sessions that nobody holds any more, though they have not ended. */
const forgotten = new FinalizationRegistry<Parts>((parts) => close(parts))

function close({ held, stream }: Parts): void {
  held.kept.end(stream)
  held.release()
}

const names = ['sessions', 'parameters', 'weights', ...engineNames]
const synonyms = { batch: 'sessions', batchSize: 'sessions', streams: 'sessions', count: 'sessions' }

/** What `open` does. */
export async function openSession(target: Model | Layer, options: SessionOptions): Promise<Session> {
  const { layer, loss, own } = partsOf('open', target)
  checkNames('open', options, names, synonyms)
  const sessions = checkNumber('open', 'sessions', options.sessions ?? 1, { from: 1, to: 2 ** 24, whole: true })
  const weights = checkWeights('open', options.weights)
  const parameters = options.parameters ?? own
  if (!parameters) {
    throw new UnrolledError('parameters', 'open: a layer has no values of its own; give its parameters: { parameters }')
  }
  checkParameters('open', layer, parameters)
  checkSteps('open', layer)
  if (layer.causal === false) {
    throw new UnrolledError(
      'option',
      'open: this layer looks ahead (a part of it runs backwards over time, or gives its final output), so that no step can be given ' +
        'before the last has come; forward takes whole sequences',
    )
  }
  const held = await Stepper.of({ layer }, { ...engineOf(options), weights })
  return new Session({ layer, loss, held, stream: held.kept.begin(parameters, sessions) }, 0)
}
