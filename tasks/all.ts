import { digitsByRows } from './digits-by-rows.ts'
import { digitsFeedforward } from './digits-feedforward.ts'
import { partOfSpeech } from './part-of-speech.ts'
import type { Task } from './task.ts'

/** Every task, in the order of the table. */
export const tasks: readonly Task[] = [digitsFeedforward, digitsByRows, partOfSpeech]
