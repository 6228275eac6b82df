import { isFloats, type Tensor } from '../../tensor.ts'

/** A list of numbers, `[1, 2]` as JSON or as an array, or a list of such lists of one length; undefined for all else. */
export function readList(cell: unknown): Tensor | undefined {
  if (isTensor(cell)) return cell
  if (isFloats(cell)) return { shape: [cell.length], data: cell }
  if (ArrayBuffer.isView(cell) && !(cell instanceof DataView)) return readList(Array.from(cell as Int32Array))
  const list = typeof cell === 'string' ? parsed(cell) : cell
  if (!Array.isArray(list)) return undefined
  const rows: readonly unknown[] = list
  if (rows.every(isNumber)) return { shape: [rows.length], data: Float64Array.from(rows) }
  if (!rows.every((row): row is number[] => Array.isArray(row) && row.every(isNumber))) return undefined
  const columns = rows[0]!.length
  if (columns === 0 || rows.some(({ length }) => length !== columns)) return undefined
  return { shape: [rows.length, columns], data: Float64Array.from(rows.flat()) }
}

/** A list of names, `["a", "b"]` as JSON or as an array; undefined for all else. */
export function readNames(cell: unknown): readonly string[] | undefined {
  const list = typeof cell === 'string' ? parsed(cell) : cell
  return Array.isArray(list) && list.every((one) => typeof one === 'string') ? list : undefined
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'shape' in value && 'data' in value && isFloats(value.data)

function parsed(text: string): unknown {
  // Most texts are none, and what fails costs far more than a look at the first sign.
  if (!/^\s*\[/.test(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
