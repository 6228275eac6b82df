/** Vectors that are made orthogonal together: so many stay in the processor's cache, and so many pairs share what is loaded. */
const block = 16

/**
 * Makes vectors orthonormal, in order, where they lie: `count` of them one behind the other, each of `length` numbers, and as many
 * zeros behind them as fill the last four. Block by block (Jalby & Philippe 1991), so that almost all of the work is matrix products:
 * against each block before it, W ← W − (W Qᵀ) Q; within a block Gram–Schmidt, twice (Kahan and Parlett: "twice is enough").
 */
export function orthonormalise(vectors: Float64Array, count: number, length: number): void {
  const whole = fours(count)
  const products = new Float64Array(block * block)
  for (let from = 0; from < count; from += block) {
    const rows = Math.min(block, whole - from)
    for (let other = 0; other < from; other += block) {
      multiply(vectors, from, rows, other, length, products)
      subtract(vectors, from, rows, other, length, products)
    }
    withinBlock(vectors, from, Math.min(from + block, count), length)
  }
}

/** How many vectors there must be room for: full fours. */
export const fours = (count: number): number => Math.ceil(count / 4) * 4

function withinBlock(vectors: Float64Array, from: number, to: number, length: number): void {
  for (let i = from; i < to; i++) {
    const vector = vectors.subarray(i * length, (i + 1) * length)
    for (let pass = 0; pass < 2; pass++) {
      for (let j = from; j < i; j++) {
        const other = vectors.subarray(j * length, (j + 1) * length)
        const along = dot(vector, other)
        for (let k = 0; k < length; k++) vector[k]! -= along * other[k]!
      }
    }
    const norm = Math.sqrt(dot(vector, vector))
    for (let k = 0; k < length; k++) vector[k]! /= norm
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}

/** products ← W Qᵀ: `rows` vectors from `from` on with the block of `other`, four by four, so that a number is loaded for four uses. */
function multiply(
  vectors: Float64Array,
  from: number,
  rows: number,
  other: number,
  length: number,
  products: Float64Array,
): void {
  for (let r = 0; r < rows; r += 4) {
    for (let j = 0; j < block; j += 4)
      fourByFour(vectors, (from + r) * length, (other + j) * length, length, products, r * block + j)
  }
}

/** Sixteen scalar products: four vectors from place `w` on with four from `q` on. */
function fourByFour(v: Float64Array, w: number, q: number, n: number, products: Float64Array, at: number): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0]
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let k = 0; k < n; k++) {
    const w0 = v[w + k]!
    const w1 = v[w + n + k]!
    const w2 = v[w + 2 * n + k]!
    const w3 = v[w + 3 * n + k]!
    const q0 = v[q + k]!
    const q1 = v[q + n + k]!
    const q2 = v[q + 2 * n + k]!
    const q3 = v[q + 3 * n + k]!
    s00 += w0 * q0
    s01 += w0 * q1
    s02 += w0 * q2
    s03 += w0 * q3
    s10 += w1 * q0
    s11 += w1 * q1
    s12 += w1 * q2
    s13 += w1 * q3
    s20 += w2 * q0
    s21 += w2 * q1
    s22 += w2 * q2
    s23 += w2 * q3
    s30 += w3 * q0
    s31 += w3 * q1
    s32 += w3 * q2
    s33 += w3 * q3
  }
  products.set([s00, s01, s02, s03], at)
  products.set([s10, s11, s12, s13], at + block)
  products.set([s20, s21, s22, s23], at + 2 * block)
  products.set([s30, s31, s32, s33], at + 3 * block)
}

/** W ← W − products Q, four by four. */
function subtract(
  vectors: Float64Array,
  from: number,
  rows: number,
  other: number,
  length: number,
  products: Float64Array,
): void {
  for (let r = 0; r < rows; r += 4) {
    for (let j = 0; j < block; j += 4)
      subtractFours(vectors, (from + r) * length, (other + j) * length, length, products, r * block + j)
  }
}

/** Takes four vectors from place `q` on, times sixteen numbers, from the four at `w`. */
function subtractFours(v: Float64Array, w: number, q: number, n: number, products: Float64Array, at: number): void {
  const row = (r: number): [number, number, number, number] => {
    const place = at + r * block
    return [products[place]!, products[place + 1]!, products[place + 2]!, products[place + 3]!]
  }
  const [f00, f01, f02, f03] = row(0)
  const [f10, f11, f12, f13] = row(1)
  const [f20, f21, f22, f23] = row(2)
  const [f30, f31, f32, f33] = row(3)
  for (let k = 0; k < n; k++) {
    const q0 = v[q + k]!
    const q1 = v[q + n + k]!
    const q2 = v[q + 2 * n + k]!
    const q3 = v[q + 3 * n + k]!
    v[w + k]! -= f00 * q0 + f01 * q1 + f02 * q2 + f03 * q3
    v[w + n + k]! -= f10 * q0 + f11 * q1 + f12 * q2 + f13 * q3
    v[w + 2 * n + k]! -= f20 * q0 + f21 * q1 + f22 * q2 + f23 * q3
    v[w + 3 * n + k]! -= f30 * q0 + f31 * q1 + f32 * q2 + f33 * q3
  }
}
