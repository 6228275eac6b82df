import type { UnrolledError } from '../error.ts'
import { shown } from '../options.ts'
import { checkTensor, isFloats } from '../tensor.ts'
import { columnsOf, firstWrong, isNested, isTensor, stepsOf, valueAt, type Rows } from './rows.ts'

/**
 * Holds what is to be the rows of a sequence against what such are: as wide as each other, at least one, of numbers that float32
 * holds. `what` names them, `place` tells which sequence it is of, and `wrong` makes an error of what is wrong with it.
 */
export function checkRows(rows: Rows, what: string, place: string, wrong: (what: string) => UnrolledError): void {
  if (typeof rows !== 'object' || rows === null) throw wrong(`has ${what} ${shown(rows)}; it must be numbers by step`)
  if (isTensor(rows) && Array.isArray(rows.shape)) {
    checkTensor(`${place}: ${what}`, rows, rows.shape)
    if (rows.shape.length !== 1 && rows.shape.length !== 2) {
      throw wrong(`has ${what} of shape [${rows.shape.join(', ')}]; it must be [steps, columns] or [steps]`)
    }
  } else if (!Array.isArray(rows) && !isFloats(rows)) {
    throw wrong(`has ${what} ${shown(rows)}; it must be numbers by step, in arrays, a tensor, or typed floats`)
  }
  if (stepsOf(rows) === 0) throw wrong(what === 'x' ? 'has no step' : `has no ${what}`)
  const columns = columnsOf(rows)
  if (columns === 0) throw wrong(`has ${what} without columns`)
  if (isNested(rows)) {
    const odd = rows.findIndex((row) => typeof row !== 'object' || row === null || row.length !== columns)
    if (odd >= 0) {
      const found = rows[odd]?.length === undefined ? shown(rows[odd]) : `${rows[odd].length} columns`
      throw wrong(`has at step ${odd} of ${what} ${found}; step 0 has ${columns} columns`)
    }
  }
  const at = firstWrong(rows)
  if (!at) return
  const value = valueAt(rows, at)
  const kind =
    typeof value !== 'number'
      ? `of type ${typeof value}`
      : Number.isFinite(value)
        ? 'more than float32 holds'
        : 'no finite number'
  throw wrong(
    `has ${shown(value)}, ${kind}, at step ${at.step}, column ${at.column} of ${what}; a number belongs there`,
  )
}
