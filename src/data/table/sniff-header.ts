import { readNumber } from './read-number.ts'
import { isMissing, type Settings } from './readings.ts'
import { mostlyRead } from './infer-column.ts'

/** So many rows are looked at. */
const mostRows = 1000

/**
 * Whether the first row names the columns. It does where in some column it is a text above numbers, dates or the like; it does not where
 * one of its cells is a value as those below, or comes back below, but for years and the like in a row behind a text. Among texts alone
 * it does where all differ and none is empty.
 */
export function sniffHeader(columns: readonly (readonly string[])[], settings: Settings): boolean {
  let textsAlone = true
  let values = false
  for (const cells of columns) {
    const first = cells[0]!
    const below = cells.slice(1, mostRows)
    const lenient = { ...settings, types: {} }
    const reading = mostlyRead(below, lenient)
    if (reading === undefined) {
      values ||= first !== '' && below.includes(first)
      continue
    }
    if (isMissing(first, reading.type, settings)) continue
    if (reading.read(first) === undefined) return true
    textsAlone = false
  }
  if (!textsAlone && !values && countsOn(columns, 0, settings) && !countsOn(columns, 1, settings)) return true
  if (!textsAlone || values) return false
  const names = columns.map(([first]) => first!.trim())
  return new Set(names).size === names.length && !names.includes('') && mostlyRead(names, settings) === undefined
}

/** Whether a row is a text or more, and then numbers that go up by the same: `name, 2019, 2020, 2021`. */
function countsOn(columns: readonly (readonly string[])[], row: number, { decimal }: Settings): boolean {
  const numbers = columns.map((cells) => readNumber(cells[row] ?? '', decimal))
  const first = numbers.findIndex((number) => number !== undefined)
  const counted = numbers.slice(first) as number[]
  const step = counted[1]! - counted[0]!
  return (
    first > 0 &&
    counted.length > 2 &&
    step > 0 &&
    counted.every((number, i) => i === 0 || number - counted[i - 1]! === step)
  )
}
