import { feedforward } from 'unrolled'
import { number } from '../../command.ts'
import { given } from '../../given.ts'
import { widthsOf } from '../../model-parts.ts'
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

export const feedforwardTask: Task = {
  name: 'feedforward',
  says: 'reads all at once',
  without: ['caption', ...recurrentNames, ...taggerNames],
  // What has one step needs no recurrence; a text or a list has as many as it is long.
  suits: ({ text, sequence, x }, table, options) =>
    options['cut'] === undefined &&
    text === undefined &&
    sequence === undefined &&
    [x ?? []].flat().every((name) => table.columns.get(name)?.type !== 'list'),
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
