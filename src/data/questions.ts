import { grouped } from './grouped.ts'
import { inputOf } from './input-of.ts'
import type { Readings } from './labelled.ts'
import { recordsOf, type Recorded } from './records.ts'
import type { Rows } from './rows.ts'

/** Something to answer on, as a model reads it. */
export interface Question {
  /** Its rows, `[steps][columns]` of the model's input, by the model's coding. */
  readonly x: Rows
  /** What was read, where answers show it again. */
  readonly value?: unknown
}

/** What is to be answered. */
export interface Asked {
  readonly questions: readonly Question[]
  /** Whether it is one sequence, not a list of one. */
  readonly one: boolean
}

/** What people have, as a model reads it: one sequence or a list of them, an object with values by name, many, or a table. */
export function asked(given: unknown, { input, roles }: Pick<Readings, 'input' | 'roles'>, owner: string): Asked {
  const inRows = (rows: Recorded, one: boolean): Asked => ({
    questions: questionsIn(rows, { input, roles }, owner),
    one,
  })
  // Of tables and objects the model knows which columns it reads.
  if (isRecord(given) && typeof given['row'] !== 'function') return inRows([given], true)
  if (isRecord(given) || (Array.isArray(given) && isRecord(given[0]))) return inRows(given as Recorded, false)
  const one = !Array.isArray(given) || input.isOne(given)
  const questions = (one ? [given] : (given as readonly unknown[])).map((value, i): Question => {
    const place = (step?: number): string =>
      `${owner}: ${one ? 'the sequence' : `sequence ${i}`}${step === undefined ? '' : `, step ${step}`}`
    return { x: input.rows(value, place), value }
  })
  return { questions, one }
}

/** The sequences of rows without what is to be said of them, as a model reads them. */
function questionsIn(
  given: Recorded,
  { input, roles }: Pick<Readings, 'input' | 'roles'>,
  owner: string,
): readonly Question[] {
  const records = recordsOf(given, owner)
  const { rows, values } = inputOf(records, grouped(records, roles, owner), roles, input, owner)
  return rows.map((x, i) => ({ x, ...(values && { value: values[i] }) }))
}

/** An object with values by name, not a list or a tensor. */
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !('shape' in value)
