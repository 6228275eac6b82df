import type { Row, RowValues } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { Speaking } from '../models/index.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'

/** A step as data has it: a character or word, a number, a row of numbers or of values, those by the names of columns. */
export type OneStep = string | number | Row | readonly (string | number | boolean)[] | RowValues

/** What is said of a step: of models that answer at each, the answer there. */
export type SaidOfStep<Said> = Said extends readonly (infer Each)[] ? Each : Said

/** The steps of a session, as far as what is said of the last depends on them. */
interface Past {
  readonly outputs: Row[]
  readonly given: unknown[]
}

/**
 * Sequences that arrive step by step, each step as the model's data has it, and what the model says of all that has come: what `predict`
 * says of the steps so far, bit for bit. Made by `open`.
 */
export class SpeakingSession<Given, Said> {
  readonly #session: Session
  readonly #model: Speaking<object>
  readonly #many: boolean
  readonly #pasts: readonly Past[]

  /** Not for use: `open` makes sessions. */
  constructor(session: Session, model: Speaking<object>, many: boolean, pasts?: readonly Past[]) {
    this.#session = session
    this.#model = model
    this.#many = many
    this.#pasts = pasts ?? Array.from({ length: session.sessions }, () => ({ outputs: [], given: [] }))
  }

  /** Sequences that are stepped together. */
  get sessions(): number {
    return this.#session.sessions
  }

  /** Steps made. */
  get step(): number {
    return this.#session.step
  }

  /**
   * Makes a step. Calls may follow each other without waiting.
   *
   * @throws UnrolledError `data` for what is no step of the model's data, before anything is computed; `misuse` after the end.
   */
  async push(x: Given): Promise<Said> {
    const { sessions } = this
    const given: readonly unknown[] = this.#many ? (x as readonly unknown[]) : [x]
    if (!Array.isArray(given) || given.length !== sessions) {
      throw new UnrolledError('data', `push: a list of ${sessions} steps is needed, one for each session`)
    }
    const place = (s: number) => () => (this.#many ? `push: session ${s}` : 'push: the step')
    const rows = given.map((value, s) => this.#model.input.step(value, place(s)))
    const at = this.step
    const pushed = this.#session.push(sessions === 1 ? rows[0]! : rows)
    const { output } = await pushed
    const columns = output.shape[1]!
    const said = given.map((value, s) => this.#say(s, at, output.data.subarray(s * columns, (s + 1) * columns), value))
    const all = await Promise.all(said)
    return (this.#many ? all : all[0]) as Said
  }

  async #say(s: number, at: number, output: Row, value: unknown): Promise<unknown> {
    const { remembers, input } = this.#model
    const { outputs, given } = this.#pasts[s]!
    const now = remembers ? at : 0
    outputs[now] = output
    given[now] = value
    const said = await this.#model.say(outputs.slice(0, now + 1), input.shows ? given.slice(0, now + 1) : undefined)
    return Array.isArray(said) ? (said as unknown[]).at(-1) : said
  }

  /** Where the sessions stand, as bytes, as those of the model's layer do; `misuse` where states are not all that the next answer needs. */
  async snapshot(): Promise<Uint8Array> {
    this.#checkForgets('snapshot')
    return this.#session.snapshot()
  }

  /** Goes on where a snapshot was taken, as sessions of the model's layer do. */
  async restore(bytes: ArrayBuffer | ArrayBufferView): Promise<void> {
    this.#checkForgets('restore')
    return this.#session.restore(bytes)
  }

  #checkForgets(owner: string): void {
    if (!this.#model.remembers) return
    throw new UnrolledError(
      'misuse',
      `${owner}: what this ${this.#model.kind} says depends on all that its layer gave, not on states alone; open its layer: open(model.layer, { parameters: model.parameters })`,
    )
  }

  /** Another session that stands where this one does; each goes its own way, and has an end of its own. */
  fork(): SpeakingSession<Given, Said> {
    const pasts = this.#pasts.map(({ outputs, given }) => ({ outputs: [...outputs], given: [...given] }))
    return new SpeakingSession(this.#session.fork(), this.#model, this.#many, pasts)
  }

  /** Gives memory back. */
  end(): void {
    this.#session.end()
  }
}

/** What `open` does with a model that says what it means. */
export const openSpeaking = async (
  model: Speaking<object>,
  options: SessionOptions,
): Promise<SpeakingSession<unknown, unknown>> =>
  new SpeakingSession(await openSession(model, options), model, options?.sessions !== undefined)
