import type { ColumnType } from './column.ts'
import { orderIn, readDate, tellsZone, type DateOrder } from './read-date.ts'
import { readList, readNames } from './read-list.ts'
import { isCode, readNumber, type Decimal } from './read-number.ts'
import type { TableOptions } from './options.ts'

/** What all columns of a table are read by. */
export interface Settings extends Pick<TableOptions, 'dates' | 'missing' | 'types'> {
  readonly decimal: Decimal
  /** Whether a number is told from a text that looks like one, as in JSON. */
  readonly typed: boolean
}

/** A way to read the cells of a column. */
export interface Reading {
  readonly type: ColumnType
  /** What a cell is, as an error says it: `no number`. */
  readonly not: string
  /** What is sniffed beyond the type, as the description says it. */
  readonly said?: string
  /** Why nobody may choose this reading unasked, though every cell fits. */
  readonly unclear?: string
  /** The value of a cell; undefined where it does not fit. */
  readonly read: (cell: unknown) => unknown
  /** Whether a cell that tells a time tells its zone. */
  readonly zoned?: (cell: unknown) => boolean
}

/** What stands for nothing in columns of anything but text. */
const usualMissing = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '#n/a', '?', '-'])

/** Whether nothing stands in a cell of a column of this type. */
export function isMissing(cell: unknown, type: ColumnType, { missing, typed }: Settings): boolean {
  if (cell === undefined || cell === null || Number.isNaN(cell)) return true
  if (typeof cell !== 'string') return false
  if (missing?.includes(cell)) return true
  if (type !== 'string') return usualMissing.has(cell.trim().toLowerCase())
  return cell === '' && !typed
}

export function numbers({ decimal, typed }: Settings): Reading {
  const read = (cell: unknown): number | undefined => {
    if (typeof cell === 'string') return typed ? undefined : readNumber(cell, decimal)
    const number = typeof cell === 'bigint' ? Number(cell) : cell
    if (typeof cell === 'bigint' && BigInt(number as number) !== cell) return undefined
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined
  }
  return { type: 'number', not: 'no number', read }
}

/** Texts of digits that are read as numbers only where that is asked for. */
export const isName = (cell: unknown): boolean => typeof cell === 'string' && isCode(cell)

export function booleans({ typed }: Settings): Reading {
  const read = (cell: unknown): boolean | undefined => {
    if (typeof cell === 'boolean' || typed) return typeof cell === 'boolean' ? cell : undefined
    const word = String(cell).trim().toLowerCase()
    return word === 'true' ? true : word === 'false' ? false : undefined
  }
  return { type: 'boolean', not: 'neither true nor false', read }
}

export function dates(cells: readonly unknown[], { dates }: Settings): Reading {
  const found = dates ?? orderIn(texts(cells))
  const order: DateOrder = found === 'month first' ? 'month first' : 'day first'
  const read = (cell: unknown): number | undefined => {
    if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : cell.getTime()
    return typeof cell === 'string' ? readDate(cell, order) : undefined
  }
  return {
    type: 'date',
    not: 'no date (as 2024-01-31, 2024-01-31T17:00:00+01:00 or 31.01.2024)',
    read,
    zoned: (cell) => cell instanceof Date || tellsZone(cell as string),
    ...(found === order && { said: order }),
    ...(found === 'unclear' && {
      unclear: "could begin with the day or with the month; say dates: 'day first' or 'month first'",
    }),
  }
}

function* texts(cells: readonly unknown[]): Iterable<string> {
  for (const cell of cells) if (typeof cell === 'string') yield cell
}

/** The first and last times that numbers are taken for: 2001 to 2100, in seconds. */
const [firstEpoch, lastEpoch] = [1e9, 4.1e9]

/** Numbers as times since 1970, in seconds or milliseconds. */
export function epochs(unit: 'epoch s' | 'epoch ms', settings: Settings): Reading {
  const { read } = numbers(settings)
  const factor = unit === 'epoch s' ? 1000 : 1
  return {
    type: 'date',
    not: `no number of ${unit === 'epoch s' ? 'seconds' : 'milliseconds'} since 1970`,
    said: unit,
    zoned: () => true,
    read: (cell) => {
      const number = read(cell) as number | undefined
      return number === undefined ? undefined : number * factor
    },
  }
}

/** The unit of numbers that could all be times of this century; undefined where they could not. */
export function epochUnit(values: Float64Array): 'epoch s' | 'epoch ms' | undefined {
  for (const [unit, factor] of [
    ['epoch s', 1],
    ['epoch ms', 1000],
  ] as const) {
    if (values.every((value) => Number.isNaN(value) || (value >= firstEpoch * factor && value < lastEpoch * factor))) {
      return unit
    }
  }
  return undefined
}

export const lists: Reading = { type: 'list', not: 'no list of numbers, as [1, 2.5]', read: readList }

export const names: Reading = { type: 'names', not: 'no list of names, as ["red", "round"]', read: readNames }

export function strings({ typed }: Settings): Reading {
  return {
    type: 'string',
    not: 'no text',
    read: (cell) => (typeof cell === 'string' || !typed ? String(cell) : undefined),
  }
}
