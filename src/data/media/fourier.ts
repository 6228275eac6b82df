/** The Fourier transform of so many numbers, a power of two. */
export interface Fourier {
  /** |X|² at the frequencies 0 to half of the rate, `size / 2 + 1` of them, of real numbers. */
  power(samples: Float64Array, into: Float64Array): void
}

/** Radix 2, decimation in time (Cooley & Tukey 1965): X[k] = Σ x[n] exp(−2πi k n / size). */
export function fourier(size: number): Fourier {
  const cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size))
  const sin = Float64Array.from({ length: size / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / size))
  const bits = Math.log2(size)
  const reversed = Uint32Array.from({ length: size }, (_, i) => {
    let turned = 0
    for (let bit = 0; bit < bits; bit++) turned |= ((i >> bit) & 1) << (bits - 1 - bit)
    return turned
  })
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  return {
    power(samples, into) {
      for (let i = 0; i < size; i++) re[i] = samples[reversed[i]!]!
      im.fill(0)
      for (let half = 1; half < size; half *= 2) {
        const stride = size / (2 * half)
        for (let start = 0; start < size; start += 2 * half) {
          for (let k = 0; k < half; k++) {
            const a = start + k
            const b = a + half
            const c = cos[k * stride]!
            const s = sin[k * stride]!
            const x = re[b]! * c + im[b]! * s
            const y = im[b]! * c - re[b]! * s
            re[b] = re[a]! - x
            im[b] = im[a]! - y
            re[a]! += x
            im[a]! += y
          }
        }
      }
      for (let k = 0; k <= size / 2; k++) into[k] = re[k]! ** 2 + im[k]! ** 2
    },
  }
}
