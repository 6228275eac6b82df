import { shuffled } from '../uniform.ts'

/** Batches among which sequences are sorted by their length. */
const sorted = 32

/**
 * An order in which the sequences of a batch are about as long, so that little of it is padding: those of some batches, drawn at
 * random, are sorted, and then the batches shuffled. It depends on seed and pass alone.
 */
export function alike(lengths: ArrayLike<number>, batch: number, seed: number, pass: number): Uint32Array {
  const drawn = shuffled(lengths.length, seed, pass, 'shuffle')
  const byLength = new Uint32Array(drawn.length)
  for (let from = 0; from < drawn.length; from += sorted * batch) {
    const some = [...drawn.subarray(from, from + sorted * batch)].sort((a, b) => lengths[a]! - lengths[b]!)
    byLength.set(some, from)
  }
  // What is left over comes last, where a batch may be smaller.
  const whole = Math.floor(drawn.length / batch)
  const order = new Uint32Array(drawn.length)
  shuffled(whole, seed, pass, 'batches').forEach((from, i) => {
    order.set(byLength.subarray(from * batch, (from + 1) * batch), i * batch)
  })
  order.set(byLength.subarray(whole * batch), whole * batch)
  return order
}
