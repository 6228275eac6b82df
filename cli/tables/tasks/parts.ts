import { labelled, type Labelled, type Pooling, type Table } from 'unrolled'
import { number, on, string, type Options } from '../../command.ts'
import { factorsOf } from '../../factors.ts'
import { given } from '../../given.ts'
import { encoderOf, recurrentParts } from '../../model-parts.ts'
import type { TableReading } from '../task.ts'

export const usual = { hidden: 64, layers: 1 }

/** Options of what is made of all steps. */
export const poolingNames = ['pooling']

/** Options of taggers alone. */
export const taggerNames = ['transitions', 'spelling']

/** What a row, or a sequence of rows, is. Which labels a row may have several of is known of all rows: a rare one may be held out. */
export function wholeSequences(table: Table, how: TableReading, all = table): Labelled {
  const read = (rows: Table, how: TableReading): Labelled => labelled(rows, how as never)
  if ('like' in how || how.labels === undefined || all === table) return read(table, how)
  const like = { ...read(table, how), labels: read(all, how).labels! }
  return read(table, { like, ...given({ separator: how.separator }) })
}

/** Recurrent layers that read sequences. */
export const reading = async (options: Options) => ({
  ...(await recurrentParts(options, usual)),
  ...encoderOf(options),
  ...given({ seed: number(options, 'seed') }),
  ...(on(options, 'bidirectional') && { bidirectional: true }),
})

/** The same, and what is made of all steps. */
export const pooled = async (options: Options) => ({
  ...(await reading(options)),
  ...given({ pooling: string(options, 'pooling') as Pooling | undefined }),
})

export function weighting(options: Options): { classWeights?: 'balanced' | Record<string, number> } {
  const asked = options['classWeights'] as readonly string[] | undefined
  if (asked === undefined) return {}
  return {
    classWeights:
      asked.length === 1 && asked[0] === 'balanced' ? 'balanced' : factorsOf('class-weights', asked, 'spam=2'),
  }
}
