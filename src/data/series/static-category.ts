/** What tells series apart, as a number for each: `{ name: 'region', values: ['north', 'south'] }`. */
export interface StaticCategory {
  readonly name: string
  readonly values: readonly string[]
}
