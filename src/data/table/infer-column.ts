import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import { quoted } from '../../printable.ts'
import { called, type Column, type Zoned } from './column.ts'
import {
  booleans,
  dates,
  epochs,
  epochUnit,
  isMissing,
  isName,
  lists,
  names,
  numbers,
  strings,
  type Reading,
  type Settings,
} from './readings.ts'
import type { ReadAs } from './options.ts'
import { noColumn, type Place } from './table.ts'

/** Names of columns whose numbers may be times. */
const timeName = /time|date|stamp|epoch|(^|_)(ts|at)$/i

/** A column, and what was sniffed of it. */
export interface Inferred {
  readonly column: Column
  readonly said: string
}

/**
 * What the cells of a column are, all of them being looked at: the one type that every cell fits, else text. Where most of them fit a
 * type and some do not, that is an error with code `data` which names the first.
 */
export function inferColumn(name: string, cells: readonly unknown[], settings: Settings, place: Place): Inferred {
  const { types = {} } = settings
  const asked = Object.hasOwn(types, name) ? types[name] : undefined
  if (asked !== undefined) return filled(name, cells, readingAs(asked, cells, settings), settings, place)
  const found = mostlyRead(cells, settings) ?? strings(settings)
  if (found.type === 'number' && !settings.typed && cells.some(isName)) {
    return filled(name, cells, strings(settings), settings, place)
  }
  if (found.unclear !== undefined) {
    const other = dates(cells, { ...settings, dates: 'month first' })
    const at = cells.findIndex((cell) => found.read(cell) !== other.read(cell))
    throw new UnrolledError('data', `${place(at, name)}: ${shown(cells[at])} ${found.unclear}`)
  }
  const inferred = filled(name, cells, found, settings, place)
  const { type, values } = inferred.column
  const unit = type === 'number' && timeName.test(name) && values.length > 0 ? epochUnit(values) : undefined
  return unit === undefined ? inferred : filled(name, cells, epochs(unit, settings), settings, place)
}

/** The reading that more than half of what stands there fits; undefined where that is text. */
export function mostlyRead(cells: readonly unknown[], settings: Settings): Reading | undefined {
  // Nothing in a list is a list of names that has none.
  for (const reading of [numbers(settings), booleans(settings), dates(cells, settings), names, lists]) {
    let fit = 0
    let other = 0
    for (const cell of cells) {
      if (isMissing(cell, reading.type, settings)) continue
      if (reading.read(cell) !== undefined) fit++
      // So many that the rest cannot outweigh them.
      else if (++other > cells.length / 2) break
    }
    if (fit > other) return reading
  }
  return undefined
}

function readingAs(asked: ReadAs, cells: readonly unknown[], settings: Settings): Reading {
  const make: Readonly<Record<ReadAs, () => Reading>> = {
    number: () => numbers(settings),
    boolean: () => booleans(settings),
    list: () => lists,
    names: () => names,
    string: () => strings({ ...settings, typed: false }),
    date: () => asDates(cells, settings),
    'epoch s': () => epochs('epoch s', settings),
    'epoch ms': () => epochs('epoch ms', settings),
  }
  return make[asked]()
}

/** Dates that were asked for: what they are written as, or numbers, which are times since 1970. */
function asDates(cells: readonly unknown[], settings: Settings): Reading {
  const { read } = numbers(settings)
  let largest = 0
  for (const cell of cells) {
    if (isMissing(cell, 'date', settings)) continue
    const number = read(cell)
    if (number === undefined) return dates(cells, settings)
    largest = Math.max(largest, Math.abs(number as number))
  }
  return epochs(largest < 1e11 ? 'epoch s' : 'epoch ms', settings)
}

function filled(name: string, cells: readonly unknown[], reading: Reading, settings: Settings, place: Place): Inferred {
  const { type, read } = reading
  const floats = type === 'number' || type === 'date'
  const values: Float64Array | unknown[] = floats ? new Float64Array(cells.length) : new Array(cells.length)
  let missing = 0
  let zoned = 0
  for (let i = 0; i < cells.length; i++) {
    if (isMissing(cells[i], type, settings)) {
      values[i] = floats ? NaN : undefined
      missing++
      continue
    }
    const value = read(cells[i])
    if (value === undefined) throw misfit(name, cells, i, reading, settings, place)
    values[i] = value
    if (reading.zoned?.(cells[i])) zoned++
  }
  const told: Zoned = zoned === 0 ? 'none' : zoned === cells.length - missing ? 'all' : 'some'
  const column = { name, type, values, ...(reading.zoned && { zoned: told }) } as Column
  return { column, said: described(column, reading, missing) }
}

function misfit(
  name: string,
  cells: readonly unknown[],
  at: number,
  reading: Reading,
  settings: Settings,
  place: Place,
): UnrolledError {
  const cell = cells[at]
  if (cell instanceof Date && Number.isNaN(cell.getTime())) {
    return new UnrolledError('data', `${place(at, name)}: the Date there is invalid, as one made of what is no date is`)
  }
  const fit = cells.filter(
    (cell) => !isMissing(cell, reading.type, settings) && reading.read(cell) !== undefined,
  ).length
  const others =
    fit === 0 ? '' : fit === 1 ? ', as the other one is' : `, as the ${fit.toLocaleString('en-US')} others are`
  const advice =
    typeof cell === 'object'
      ? 'mend it'
      : reading.type === 'string'
        ? `make all of one type, or all text: types: { ${JSON.stringify(name)}: 'string' }`
        : `mend it, or say that it means a missing value (missing: [${quoted(String(cells[at]))}]), or that the column is text ` +
          `(types: { ${JSON.stringify(name)}: 'string' })`
  return new UnrolledError('data', `${place(at, name)}: ${shown(cells[at])} is ${reading.not}${others}; ${advice}`)
}

/** So many different texts are counted. */
const mostClasses = 50

function described(column: Column, { said }: Reading, missing: number): string {
  const kind = missing === column.values.length ? 'nothing' : (classes(column) ?? called[column.type])
  const more = [said, missing > 0 && `${missing.toLocaleString('en-US')} missing`].filter(Boolean)
  return `${quotedIfOdd(column.name)}: ${kind}${more.length > 0 ? ` (${more.join(', ')})` : ''}`
}

/** How many different texts there are, where they come back. */
function classes({ type, values }: Column): string | undefined {
  if (type !== 'string') return undefined
  const different = new Set<unknown>()
  for (const value of values) {
    different.add(value)
    if (different.size > mostClasses) return undefined
  }
  different.delete(undefined)
  return different.size * 2 <= values.length
    ? `${different.size} ${different.size === 1 ? 'value' : 'values'}`
    : undefined
}

const quotedIfOdd = (name: string): string => (/^[\w .-]+$/.test(name) ? name : quoted(name))

/** Columns that are spoken of in `types` and are not there. */
export function checkTypesKnown(what: string, types: Settings['types'], names: readonly string[]): void {
  for (const name of Object.keys(types ?? {})) {
    if (!names.includes(name)) throw noColumn(what, name, names)
  }
}
