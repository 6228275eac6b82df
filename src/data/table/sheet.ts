import type { Decimal } from './read-number.ts'

/** What stands in a file, cell by cell, before anybody asks what it means. */
export interface Sheet {
  readonly name: string
  readonly names: readonly string[]
  /** By column, then by row. */
  readonly cells: readonly (readonly unknown[])[]
  readonly rows: number
  /** Where a row stands, as people count: `row 17`, `line 3`. */
  readonly rowName: (row: number) => string
  /** What was sniffed, as the description says it. */
  readonly said: readonly string[]
  /** Whether a number is told from a text that looks like one, as in JSON. */
  readonly typed: boolean
  readonly decimal: Decimal
}
