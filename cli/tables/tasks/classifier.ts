import { classifier } from 'unrolled'
import type { Task } from '../task.ts'
import { pooled, taggerNames, weighting, wholeSequences } from './parts.ts'

export const classifierTask: Task = {
  name: 'classifier',
  kinds: ['multilabelClassifier'],
  says: 'reads a sequence step by step and says what it is',
  without: ['target', 'caption', ...taggerNames],
  suits: ({ label, labels }) => (label ?? labels) !== undefined,
  read: wholeSequences,
  make: async (data, options) => classifier(data, { ...(await pooled(options)), ...weighting(options) }),
}
