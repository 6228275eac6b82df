import { UnrolledError } from '../../error.ts'
import { shown, type Json } from '../../options.ts'
import { checkRows } from '../check-rows.ts'
import { columnsOf, copyRow, isNested, isTensor, stepsOf, type Row, type Rows } from '../rows.ts'
import type { InputCoding, Place } from './input-coding.ts'
import type { Scaling } from './scaling.ts'

export interface ListOptions {
  /** What the numbers are called. */
  readonly name: string
  /** Numbers a step. */
  readonly columns: number
  /**
   * Into how many steps the numbers of a list are cut, a picture's rows one after the other. Absent: a flat list is one step, or where a
   * step is one number, a step for each.
   */
  readonly steps?: number
  /** One for all numbers, or one for each column. */
  readonly scaling: readonly Scaling[]
}

/** Sequences of numbers that are all of one kind: pixels, samples. */
export interface ListCoding extends InputCoding, ListOptions {
  readonly kind: 'list'
}

export function listCoding({ name, columns, steps, scaling }: ListOptions): ListCoding {
  const cut = (value: Rows, place: Place): Rows => {
    if (steps === undefined && (isNested(value) || (isTensor(value) && value.shape.length === 2))) return value
    const flat = numbersIn(value)
    if (steps === undefined) return columns === 1 || flat.length === 0 ? flat : [flat]
    if (flat.length === steps * columns) {
      return { shape: [steps, columns], data: flat instanceof Float32Array ? flat : Float32Array.from(flat) }
    }
    const wanted = `${steps * columns}, ${steps} steps of ${columns}`
    throw new UnrolledError('data', `${place()} has ${flat.length} numbers; ${name} has ${wanted}`)
  }
  const scaled = (read: Rows, place: Place): { readonly shape: readonly number[]; readonly data: Float32Array } => {
    const fail = (what: string): UnrolledError => new UnrolledError('data', `${place()} ${what}`)
    checkRows(read, 'x', place(), fail)
    if (columnsOf(read) !== columns) throw fail(`has ${columnsOf(read)} columns; the steps of ${name} have ${columns}`)
    const count = stepsOf(read)
    const data = new Float32Array(count * columns)
    for (let step = 0; step < count; step++) copyRow(read, step, columns, data, step * columns)
    for (let i = 0; i < data.length; i++) {
      const { mean, deviation } = scaling[(i % columns) % scaling.length]!
      data[i] = (data[i]! - mean) / deviation
    }
    return { shape: [count, columns], data }
  }
  return {
    kind: 'list',
    name,
    columns,
    ...(steps !== undefined && { steps }),
    scaling,
    port: { kind: 'vector', columns, axes: ['time', 'batch'] },
    isOne(value) {
      if (!Array.isArray(value)) return true
      const [first] = value as readonly unknown[]
      if (typeof first !== 'object' || first === null) return true
      // A list of flat lists is one sequence, unless a flat list is one; of what is cut, the numbers tell.
      const flatIsOne = steps !== undefined && (first as Partial<Row>).length === steps * columns
      if (ArrayBuffer.isView(first)) return !flatIsOne
      return Array.isArray(first) && typeof first[0] !== 'object' && !flatIsOne
    },
    rows(value, place) {
      const simple = Array.isArray(value) || ArrayBuffer.isView(value) || (typeof value === 'object' && value !== null)
      if (!simple) throw new UnrolledError('data', `${place()} must be a list of numbers`)
      return scaled(cut(value as Rows, place), place)
    },
    step(value, place) {
      const flat: unknown = typeof value === 'number' ? [value] : value
      if (Array.isArray(flat) || ArrayBuffer.isView(flat)) return scaled([flat as unknown as Row], place).data
      throw new UnrolledError(
        'data',
        `${place()}: ${shown(value)}; a step is ${columns === 1 ? 'a number' : `${columns} numbers`}`,
      )
    },
    content: () => ({
      kind: 'list',
      name,
      columns,
      ...(steps !== undefined && { steps }),
      scaling: scaling.map(({ mean, deviation }) => ({ mean, deviation })),
    }),
  }
}

/** All numbers, one after the other. */
export const numbersIn = (value: Rows): Row =>
  isTensor(value) ? value.data : isNested(value) ? value.flatMap((row) => [...row]) : (value as Row)

export function listCodingFrom({ name, columns, steps, scaling }: Readonly<Record<string, Json>>): ListCoding {
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0
  if (typeof name !== 'string' || !whole(columns)) throw new Error('it has no name, or no number of columns')
  if (steps !== undefined && !whole(steps)) throw new Error('steps must be a whole number from 1')
  if (!Array.isArray(scaling) || (scaling.length !== 1 && scaling.length !== columns)) {
    throw new Error('it has neither one scaling nor one for each column')
  }
  const read = (scaling as readonly Json[]).map((one): Scaling => {
    const { mean, deviation } = (one ?? {}) as Partial<Scaling>
    if (typeof mean === 'number' && typeof deviation === 'number' && deviation > 0) return { mean, deviation }
    throw new Error('a scaling has no mean, or no deviation')
  })
  return listCoding({ name, columns, ...(steps !== undefined && { steps }), scaling: read })
}
