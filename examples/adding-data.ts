/**
 * The adding problem (Hochreiter & Schmidhuber 1997, task 4; in the form of Bai et al. 2018): each step shows a number in [0, 1]
 * and a mark; two steps are marked, one in each half; the answer after the last step is the sum of the two marked numbers.
 * Who always answers 1 has a mean squared error of 0.167: to do better, a network must carry what it saw across the sequence.
 */
import { sequences, uniform, type LabelledSequence, type Sequences } from 'unrolled'

/** `count` sequences of `length` steps, from the seed alone. */
export function addingProblem(count: number, length: number, seed: number): Sequences {
  return sequences(Array.from({ length: count }, (_, i) => example(length, seed, i)))
}

function example(length: number, seed: number, index: number): LabelledSequence {
  const half = Math.floor(length / 2)
  const first = Math.floor(uniform(seed, 1, 0, index, 0) * half)
  const second = half + Math.floor(uniform(seed, 1, 0, index, 1) * (length - half))
  const x = Array.from({ length }, (_, t) => [uniform(seed, 2, 0, index, t), t === first || t === second ? 1 : 0])
  return { x, target: [x[first]![0]! + x[second]![0]!] }
}
