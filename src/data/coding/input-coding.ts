import type { Json } from '../../options.ts'
import type { DataPort } from '../data-set.ts'
import type { Row, Rows } from '../rows.ts'

/** Where a value stands, as a message begins: the sequence, or one of its steps. */
export type Place = (step?: number) => string

/**
 * How what people have becomes the rows of a model's input, in training and ever after: it is made from the data that a model is
 * trained on, and kept in the model's file.
 */
export interface InputCoding {
  /** What its content begins with, so that a file finds who reads it: `list`, `text`, `tokens`, `vectors`. */
  readonly kind: string
  /** What it fills: a row for each step of each sequence. */
  readonly port: DataPort
  /** Whether a value is one sequence, not a list of them. */
  isOne(value: unknown): boolean
  /**
   * The rows of one sequence.
   * @throws UnrolledError `data` where it is none that can be read; `place` says where.
   */
  rows(value: unknown, place: Place): Rows
  /**
   * The numbers of one step, where steps come one by one.
   * @throws UnrolledError `data` where it is none, or where nobody has a single one.
   */
  step(value: unknown, place: Place): Row
  /** Whether an answer shows what was asked, step by step: words. */
  readonly shows?: boolean
  /** All it takes to make it again. */
  content(): Json
}
