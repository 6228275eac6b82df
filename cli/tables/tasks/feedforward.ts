import { feedforward, type Column } from 'unrolled'
import { number } from '../../command.ts'
import { given } from '../../given.ts'
import { widthsOf } from '../../model-parts.ts'
import { filesIn } from '../files/kind-of-files.ts'
import type { Task } from '../task.ts'
import { taggerNames, usual, weighting, wholeSequences } from './parts.ts'

/** Options of recurrent layers. */
const recurrentNames = [
  'encoder',
  'cell',
  'layers',
  'residual',
  'projection',
  'layerNorm',
  'zoneout',
  'recurrentDropout',
  'weightDrop',
  'pooling',
  'bidirectional',
]

/** Whether a cell of a column is one value, not a list or a file of many. */
const isWhole = (column: Column | undefined): boolean => column?.type !== 'list' && filesIn(column) === undefined

export const feedforwardTask: Task = {
  name: 'feedforward',
  says: 'reads all at once',
  without: ['caption', ...recurrentNames, ...taggerNames],
  // What has one step needs no recurrence; a text or a list has as many as it is long.
  suits: ({ text, sequence, x }, table, options) =>
    options['cut'] === undefined &&
    text === undefined &&
    sequence === undefined &&
    [x ?? []].flat().every((name) => isWhole(table.columns.get(name))),
  read: wholeSequences,
  make: async (data, options) =>
    feedforward(data, {
      hidden: widthsOf(options, usual.hidden),
      ...given({
        embedding: number(options, 'embedding'),
        dropout: number(options, 'dropout'),
        seed: number(options, 'seed'),
      }),
      ...(data.labels && weighting(options)),
    }),
}
