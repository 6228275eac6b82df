import { shuffle } from '../uniform.ts'

/** Layers of rotations, in multiples of the binary logarithm of the length: 2.9 n ln n of Kac's steps in all. */
const layersPerDoubling = 4

interface Rotations {
  /** Two coordinates for each rotation, one pair after the other, layer by layer. */
  readonly pairs: Uint32Array
  /** Cosine and sine of each angle. */
  readonly turns: Float64Array
}

/**
 * Orthonormal vectors, `count` of them one behind the other, each of `length` numbers: those of the identity, rotated. In each layer all
 * coordinates are paired at random, and each pair is turned by an angle of its own: Kac's walk on rotations with n ÷ 2 steps side by side,
 * by which a vector is anywhere on the sphere after some n log n steps (Pillai & Smith 2017, arXiv:1507.08554). It takes n² log n
 * operations, where Gram and Schmidt take n³.
 */
export function rotated(count: number, length: number, draw: () => number): Float64Array {
  const { pairs, turns } = rotations(length, draw)
  const vectors = new Float64Array(count * length)
  for (let i = 0; i < count; i++) {
    const vector = vectors.subarray(i * length, (i + 1) * length)
    vector[i] = 1
    for (let at = 0; at < pairs.length; at += 2) {
      const a = pairs[at]!
      const b = pairs[at + 1]!
      const x = vector[a]!
      const y = vector[b]!
      const cosine = turns[at]!
      const sine = turns[at + 1]!
      vector[a] = cosine * x - sine * y
      vector[b] = sine * x + cosine * y
    }
  }
  return vectors
}

function rotations(length: number, draw: () => number): Rotations {
  const layers = layersPerDoubling * Math.ceil(Math.log2(length))
  const half = Math.floor(length / 2)
  const pairs = new Uint32Array(layers * 2 * half)
  const turns = new Float64Array(pairs.length)
  const order = Uint32Array.from({ length }, (_, i) => i)
  for (let layer = 0; layer < layers; layer++) {
    shuffle(order, draw)
    pairs.set(order.subarray(0, 2 * half), layer * 2 * half)
  }
  for (let at = 0; at < turns.length; at += 2) {
    const angle = 2 * Math.PI * draw()
    turns[at] = Math.cos(angle)
    turns[at + 1] = Math.sin(angle)
  }
  return { pairs, turns }
}
