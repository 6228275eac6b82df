import { transcribed, transcriber, type Table, type Transcribed } from 'unrolled'
import { given } from '../../given.ts'
import type { Task, TableReading } from '../task.ts'
import { poolingNames, reading, taggerNames } from './parts.ts'

export const transcriberTask: Task = {
  name: 'transcriber',
  says: 'writes what is said along the steps of a sequence',
  writes: 'label',
  // As lines of writing are read.
  sees: 'columns',
  without: [
    'labels',
    'target',
    'caption',
    'text',
    'longest',
    'minCount',
    'classWeights',
    'baseline',
    ...poolingNames,
    ...taggerNames,
  ],
  // A text beside steps may as well be a label: nobody takes it for a transcript unasked.
  suits: () => false,
  read,
  make: async (data, options) => transcriber(data as Transcribed, await reading(options)),
}

/** Symbols, and room for them, are those of all rows, held out or not; how numbers are scaled is of those that are learnt from alone. */
function read(table: Table, how: TableReading, all: Table = table): Transcribed {
  if ('like' in how) return transcribed(table, how as never)
  const { x, sequence, time, label, steps, ignoreUnknown, units } = how
  const asked = given({ x, sequence, time, label, steps, ignoreUnknown, ...(units === 'words' && { units: 'tokens' }) })
  const whole = transcribed(all, asked as never)
  return all === table
    ? whole
    : transcribed(table, { like: { ...whole, input: transcribed(table, asked as never).input } })
}
