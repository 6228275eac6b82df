import { UnrolledError } from '../error.ts'
import type { Port } from '../layers/index.ts'
import { padded, type Numbers } from '../runtime/index.ts'
import { checkTensor, type Tensor } from '../tensor.ts'

type Row = ArrayLike<number>

/**
 * What a step takes: of one session a number, where its step has one, or a row of numbers; of several, a row for each, or where a
 * step is one number as many numbers. Symbols are given by their ids. A tensor is `[sessions, columns]`.
 */
export type StepInput = number | Row | readonly Row[] | Tensor

/** Holds what a step is given against the port it goes into, and lays it out as device memory has it. Makes no array. */
export class StepRows {
  readonly #columns: number
  readonly #symbols: number | undefined
  readonly #sessions: number
  readonly #rows: Numbers
  readonly #one = [0]

  constructor({ columns, symbols }: Port, sessions: number, rows: Numbers) {
    this.#columns = columns
    this.#symbols = symbols
    this.#sessions = sessions
    this.#rows = rows
  }

  /**
   * Gives the rows as they lie on the device; the next call fills them anew.
   * @throws UnrolledError `shape` for what has not as many numbers as a step of all sessions, `data` for symbols there are not.
   */
  lay(x: StepInput): Numbers {
    if (typeof x === 'number') {
      this.#one[0] = x
      this.#flat(this.#one)
    } else if (typeof x !== 'object' || x === null) throw this.#wrong(x === null ? 'null' : `of type ${typeof x}`)
    else if ('shape' in x) this.#flat(this.#fitting(x))
    else if (typeof x[0] === 'object') this.#nested(x as readonly Row[])
    else this.#flat(x as Row)
    return this.#rows
  }

  #flat(x: Row): void {
    if (x.length !== this.#sessions * this.#columns)
      throw this.#wrong(x.length === 1 ? 'one number' : numbers(x.length))
    for (let s = 0; s < this.#sessions; s++) this.#row(x, s * this.#columns, s)
  }

  #nested(x: readonly Row[]): void {
    if (x.length !== this.#sessions) throw this.#wrong(`${x.length} rows`)
    for (let s = 0; s < this.#sessions; s++) {
      const row = x[s]
      if (row?.length !== this.#columns) throw this.#wrong(`rows, of which row ${s} has ${numbers(row?.length)}`)
      this.#row(row, 0, s)
    }
  }

  /** The numbers of a tensor; axes of which there is one may be left out. */
  #fitting(x: Tensor): Row {
    const short = x.shape?.length === 1 && (this.#sessions === 1 || this.#columns === 1)
    checkTensor('x', x, short ? [this.#sessions * this.#columns] : [this.#sessions, this.#columns])
    return x.data
  }

  #row(x: Row, from: number, session: number): void {
    const at = session * padded(this.#columns)
    for (let c = 0; c < this.#columns; c++) {
      const value: unknown = x[from + c]
      if (typeof value !== 'number') {
        throw new UnrolledError(
          'shape',
          `x holds ${value === null ? 'null' : `a value of type ${typeof value}`} in session ${session}, column ${c}; a number belongs there`,
        )
      }
      // A table is read at whatever row is asked for.
      if (this.#symbols !== undefined && !(Number.isInteger(value) && value >= 0 && value < this.#symbols)) {
        throw new UnrolledError(
          'data',
          `x holds the symbol ${value} in session ${session}; the embedding has ${this.#symbols} symbols, from 0`,
        )
      }
      this.#rows[at + c] = value
    }
  }

  #wrong(found: string): UnrolledError {
    const each = this.#symbols === undefined ? numbers(this.#columns) : 'the id of a symbol'
    const wanted = this.#sessions === 1 ? each : `${each} for each of ${this.#sessions} sessions`
    return new UnrolledError('shape', `x is ${found}; a step takes ${wanted}`)
  }
}

const numbers = (count = 0): string => (count === 1 ? 'one number' : `${count} numbers`)
