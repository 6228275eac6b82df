import type { OptionRule } from '../command.ts'

/** What a model of pairs reads and writes, and how. */
export const pairModelOptions: readonly OptionRule[] = [
  {
    name: 'source',
    value: '<column>',
    type: 'text',
    says: 'of pairs: what is read; --target is then what is written of it',
  },
  {
    name: 'attention',
    value: '<score>',
    type: 'text',
    says: 'how a written symbol looks at what is read: dot, general, additive or none (additive)',
  },
  { name: 'inputFeeding', type: 'switch', says: 'let each written symbol know where the last one looked' },
  { name: 'shared', type: 'switch', says: 'one vocabulary and embedding for what is read and written' },
  {
    name: 'subwords',
    value: '<n>',
    type: 'number',
    says: 'cut both sides of pairs into so many pieces of words',
  },
]
