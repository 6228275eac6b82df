import { UnrolledError } from '../../error.ts'
import { checkNames, wrongOption } from '../../options.ts'
import { quoted } from '../../printable.ts'
import { called } from './column.ts'
import type { ElapsedOptions } from './elapsed-options.ts'
import type { Table } from './table.ts'

/** See `elapsed`. */
export function withElapsed(table: Table, options: ElapsedOptions): Table {
  checkNames('elapsed', options, ['time', 'sequence', 'name'], { id: 'sequence', group: 'sequence', by: 'sequence' })
  const { time, sequence, name = 'elapsed' } = options
  const { type, values } = table.column(time)
  if (type !== 'date' && type !== 'number') {
    throw new UnrolledError(
      'data',
      `${table.name}: column ${quoted(time)} holds ${called[type]}; dates, or seconds as numbers, are needed`,
    )
  }
  if (table.columns.has(name)) throw wrongOption('elapsed', 'name', name, 'one that no column has')
  const at = values.findIndex((value) => Number.isNaN(value))
  if (at >= 0)
    throw new UnrolledError(
      'data',
      `${table.place(at, time)}: no time stands there; leave the row out by select, or fill it`,
    )
  const sequences = sequence === undefined ? undefined : table.column(sequence).values
  const last = new Map<unknown, number>()
  const elapsed = new Float64Array(table.rows)
  const inOrder = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  const seconds = type === 'date' ? 1000 : 1
  for (const row of inOrder) {
    const key = sequences?.[row]
    const before = last.get(key)
    elapsed[row] = before === undefined ? 0 : (values[row]! - before) / seconds
    last.set(key, values[row]!)
  }
  return table.with({ name, type: 'number', values: elapsed })
}
