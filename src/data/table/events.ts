import type { ElapsedOptions } from './elapsed-options.ts'
import type { Table } from './table.ts'

/**
 * A table of events with a column more: seconds since the event before in its sequence, whatever the order of the file; 0 of the first.
 * @throws UnrolledError `data` where a row has no time.
 */
export const elapsed = async (table: Table, options: ElapsedOptions): Promise<Table> =>
  (await import('./elapsed.ts')).withElapsed(table, options)
