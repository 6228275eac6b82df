/** Which columns `elapsed` reads, and what it calls the one it makes. */
export interface ElapsedOptions {
  /** The column of times: dates, or numbers in seconds. */
  readonly time: string
  /** The column that tells sequences apart; all rows are one where it is left away. */
  readonly sequence?: string
  /** What the new column is called; `elapsed`. */
  readonly name?: string
}
