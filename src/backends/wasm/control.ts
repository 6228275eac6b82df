/**
 * Words at a fixed place of a shared memory, by which those who give work and the threads that do it speak to each other.
 * Counts are of jobs, and go round at 2³².
 */

import { controlAddress, controlBytes } from './constants.ts'

const line = 16

/** Where each word stands, counted in words; each in a cache line of its own. */
export const word = {
  /** Jobs put in line. */
  added: 0,
  /** Jobs done. */
  done: line,
  /** Threads that have come to the barrier. */
  arrived: 2 * line,
  /** How often all have passed it. */
  passed: 3 * line,
  /** Not 0 once a thread has died. */
  broken: 4 * line,
  /** Not 0 while somebody wants to be told of jobs done. */
  awaited: 5 * line,
  jobs: 6 * line,
} as const

/** Words of a job: its kind, then what the kind needs. */
export const jobWords = 16
/** Jobs that find room; a power of two. */
export const jobsInLine = 128

/** Kinds of jobs. */
export const job = {
  /** part of a program, all threads together: program, part, first frame, bytes between frames, four scalars */
  together: 0,
  /** the same by one thread alone */
  alone: 1,
  /** bytes moved: to, from, how many */
  copy: 2,
  /** threads look into their messages, where a program is waiting for them */
  listen: 3,
} as const

/** Parts of a program, by the number that a job gives. */
export const partNames = ['prepare', 'body', 'finish'] as const
export type PartName = (typeof partNames)[number]

/** The address of a word. */
export const addressOf = (index: number): number => controlAddress + 4 * index

if (4 * (word.jobs + jobWords * jobsInLine) > controlBytes) throw new Error('the control words need more room')
