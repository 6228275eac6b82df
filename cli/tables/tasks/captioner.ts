import { captioner, captions, type Captions } from 'unrolled'
import { number } from '../../command.ts'
import { given } from '../../given.ts'
import { encoderOf, recurrentParts } from '../../model-parts.ts'
import type { Task } from '../task.ts'
import { poolingNames, taggerNames, usual } from './parts.ts'

/** Options of what is read step by step, which nothing is here. */
const stepNames = ['sequence', 'time', 'cut', 'text', 'longest', 'bidirectional', 'residual']

export const captionerTask: Task = {
  name: 'captioner',
  says: 'writes about a row, which it is shown all at once',
  writes: 'caption',
  sees: 'whole',
  without: ['labels', 'label', 'target', 'classWeights', 'baseline', ...stepNames, ...poolingNames, ...taggerNames],
  suits: ({ caption }) => caption !== undefined,
  read(table, how) {
    if ('like' in how) return captions(table, how as never)
    const { x, caption, units, minCount, ignoreUnknown } = how
    return captions(table, given({ x, caption, units, minCount, ignoreUnknown }) as never)
  },
  make: async (data, options) =>
    captioner(data as unknown as Captions, {
      ...(await recurrentParts(options, usual)),
      ...encoderOf(options),
      ...given({ seed: number(options, 'seed') }),
    }),
}
