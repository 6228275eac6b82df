import { tagged, tagger, type Tagged } from 'unrolled'
import { number, on } from '../../command.ts'
import type { Task } from '../task.ts'
import { poolingNames, reading, weighting } from './parts.ts'

/** Numbers that are told of a word's characters. */
const usualSpelling = 32

export const taggerTask: Task = {
  name: 'tagger',
  says: 'labels each step of a sequence',
  without: ['labels', 'target', 'caption', 'text', 'cut', ...poolingNames],
  suits: ({ token, label }) => token !== undefined && label !== undefined,
  read: (table, how) => tagged(table, how as never),
  async make(data, options) {
    const spelling = number(options, 'spelling') ?? (data.input.shows ? usualSpelling : 0)
    return tagger(data as Tagged, {
      ...(await reading(options)),
      ...weighting(options),
      ...(on(options, 'transitions') && { transitions: true }),
      ...(spelling > 0 && { characters: { hidden: spelling } }),
    })
  },
}
