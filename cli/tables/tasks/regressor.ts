import { regressor } from 'unrolled'
import type { Task } from '../task.ts'
import { pooled, taggerNames, wholeSequences } from './parts.ts'

export const regressorTask: Task = {
  name: 'regressor',
  says: 'reads a sequence step by step and tells numbers of it',
  without: ['labels', 'label', 'caption', 'classWeights', ...taggerNames],
  suits: ({ target }) => target !== undefined,
  read: wholeSequences,
  make: async (data, options) => regressor(data, await pooled(options)),
}
