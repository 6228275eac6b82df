import { mix } from '../uniform.ts'

/** Number `n` of the uniform numbers in [0, 1) that belong to `seed`: a function of both alone, with 53 random bits. */
export function uniform(seed: number, n: number): number {
  const high = Math.floor(n / 0x1_0000_0000)
  const key = mix(mix(mix(seed + 0x9e3779b9) + high + 0x85ebca6b) + n)
  const upper = mix(key + 0xc2b2ae35) >>> 5
  const lower = mix(key + 0x27d4eb2f) >>> 6
  return (upper * 0x400_0000 + lower) / 0x20_0000_0000_0000
}
