/** What tells series apart, as a number for each: `{ name: 'region', values: ['north', 'south'] }`. */
export interface StaticCategory {
  /** The column that says it. */
  readonly name: string
  /** What stands in it, numbers by size, others by their code units; the number of a value is its place here. */
  readonly values: readonly string[]
}
