import type { Tensor } from '../../tensor.ts'

/**
 * A column of a table, with a value for each row. What is missing is NaN in typed arrays, undefined in others. Dates are milliseconds
 * since 1970 in UTC; lists are tensors, `[numbers]` or `[steps, columns]`; names are lists of texts, of any length.
 */
export type Column =
  | { readonly name: string; readonly type: 'number'; readonly values: Float64Array }
  | { readonly name: string; readonly type: 'date'; readonly values: Float64Array; readonly zoned?: Zoned }
  | { readonly name: string; readonly type: 'string'; readonly values: readonly (string | undefined)[] }
  | { readonly name: string; readonly type: 'boolean'; readonly values: readonly (boolean | undefined)[] }
  | { readonly name: string; readonly type: 'list'; readonly values: readonly (Tensor | undefined)[] }
  | { readonly name: string; readonly type: 'names'; readonly values: readonly (readonly string[] | undefined)[] }

/** How many dates of a column tell their zone, as `2024-01-31T17:00+01:00` does; of the others clocks are taken for UTC's. */
export type Zoned = 'all' | 'some' | 'none'

/** What a column holds: numbers, dates, texts, true or false, lists of numbers, lists of names. */
export type ColumnType = Column['type']

/** A column that holds what is of that type, with its own type of `values`. */
export type ColumnOf<Type extends ColumnType> = Extract<Column, { readonly type: Type }>

/** What may stand in a row of a table. */
export type TableValue = number | string | boolean | Tensor | readonly string[] | undefined

/** What the values of a column are called. */
export const called: Readonly<Record<ColumnType, string>> = {
  number: 'numbers',
  date: 'dates',
  string: 'text',
  boolean: 'true or false',
  list: 'lists of numbers',
  names: 'lists of names',
}
