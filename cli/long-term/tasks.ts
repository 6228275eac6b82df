import type { LongTermTask } from './task.ts'
import { adding } from './tasks/adding.ts'
import { copy } from './tasks/copy.ts'
import { parity } from './tasks/parity.ts'
import { reber } from './tasks/reber.ts'
import { sentences } from './tasks/sentences.ts'

/** What is measured, in the order in which it is shown. */
export const longTermTasks: readonly LongTermTask[] = [sentences, adding, copy, reber, parity]
