import type { OptionRule } from '../command.ts'

/** What a model of texts is made of, beside what all are. */
export const textModelOptions: readonly OptionRule[] = [
  { name: 'tied', type: 'switch', says: 'use the embedding as the matrix of the output' },
  { name: 'lines', type: 'switch', says: 'each line is a text of its own: names, verses, commands' },
  { name: 'mask', type: 'switch', says: 'put signs in place of times, ids and numbers, as in lines of a log' },
]

/** What its run does, beside what all do. */
export const textRunOptions: readonly OptionRule[] = [
  { name: 'grow', type: 'switch', says: 'with --from: learn the symbols, too, that the model does not know yet' },
  {
    name: 'validation',
    value: '<share|file>',
    type: 'texts',
    says: 'share of the text kept for validation (0.05), or files of its own; may be given several times',
  },
]

export const sampleOption: OptionRule = {
  name: 'sample',
  value: '<n>',
  type: 'number',
  says: 'symbols of a sample after each validation; 0 for none (120)',
}
