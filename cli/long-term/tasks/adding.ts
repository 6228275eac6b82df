import { uniform } from 'unrolled'
import type { LongTermTask } from '../task.ts'

/**
 * The adding problem (Hochreiter & Schmidhuber 1997, task 4; in the form of Bai et al. 2018): each step shows a number in [0, 1]
 * and a mark; two steps are marked, one in each half; the answer after the last step is the sum of the two marked numbers.
 * Who always answers 1 has a mean squared error of 1/6.
 */
export const adding: LongTermTask = {
  name: 'adding',
  says: 'the sum of the two numbers that were marked, within 0.04',
  input: { columns: 2 },
  answers: 'once',
  // A sum of two is within 0.04 of 1: 1 − 0.96².
  guessing: 0.0784,
  solved: 2e-4,
  shortest: 2,
  draw(distance, seed, index) {
    const half = Math.floor(distance / 2)
    const first = Math.floor(uniform(seed, 1, 0, index, 0) * half)
    const second = half + Math.floor(uniform(seed, 1, 0, index, 1) * (distance - half))
    const x = Array.from({ length: distance }, (_, t) => [
      uniform(seed, 2, 0, index, t),
      t === first || t === second ? 1 : 0,
    ])
    return { x, target: [x[first]![0]! + x[second]![0]!] }
  },
}
