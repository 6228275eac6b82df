import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UnrolledError } from '../../src/error.ts'
import { uniform } from '../../src/inference/draws.ts'
import { exponential } from '../../src/inference/exponential.ts'
import { Sampler } from '../../src/inference/sampler.ts'
import { samplingFrom, type SamplingOptions } from '../../src/inference/sampling.ts'

const createSampler = (symbols: number, options: SamplingOptions = {}): Sampler =>
  new Sampler(symbols, samplingFrom(symbols, options))

/** Logits with many ties, so that the order among equals is tried too. */
const logits = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -20, max: 20, noNaN: true })), {
  minLength: 1,
  maxLength: 40,
})

const symbolsByWeight = (logits: readonly number[]): number[] =>
  logits.map((_, i) => i).sort((a, b) => logits[b]! - logits[a]! || a - b)

/** The definition, in plain words: sort, cut to k, cut to p, normalise. */
function naive(logits: readonly number[], { temperature = 1, topK = Infinity, topP = 1 }: SamplingOptions): number[] {
  const order = symbolsByWeight(logits).slice(0, topK)
  const weight = (i: number) => exponential((logits[i]! - logits[order[0]!]!) / temperature)
  const total = order.reduce((sum, i) => sum + weight(i), 0)
  const kept: number[] = []
  let sum = 0
  for (const i of order) {
    kept.push(i)
    sum += weight(i)
    if (topP < 1 && sum >= topP * total) break
  }
  return logits.map((_, i) => (kept.includes(i) ? weight(i) / sum : 0))
}

describe('which symbols may come', () => {
  const options = fc.record({
    temperature: fc.constantFrom(0.1, 0.8, 1, 3),
    topK: fc.integer({ min: 1, max: 50 }),
    topP: fc.constantFrom(0.05, 0.3, 0.5, 0.9, 0.95, 1),
  })

  test('as the definition says', () => {
    fc.assert(
      fc.property(logits, options, (logits, options) => {
        const expected = naive(logits, options)
        const got = createSampler(logits.length, options).probabilities(logits)
        expect([...got].map((p) => p > 0)).toEqual(expected.map((p) => p > 0))
        got.forEach((p, i) => expect(Math.abs(p - expected[i]!)).toBeLessThan(1e-14))
      }),
      { numRuns: 1000 },
    )
  })

  test('a draw is one of them', () => {
    fc.assert(
      fc.property(logits, options, fc.nat(), (logits, options, n) => {
        const sampler = createSampler(logits.length, options)
        expect(sampler.probabilities(logits)[sampler.draw(logits, n)]).toBeGreaterThan(0)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('how often they come', () => {
  const logits = [2, -1, 0.5, 0.5, -Infinity, 1]
  const draws = 100_000

  test.each<SamplingOptions>([
    { seed: 1 },
    { seed: 2, temperature: 0.5 },
    { seed: 3, temperature: 4 },
    { seed: 4, topK: 3 },
    { seed: 5, topP: 0.9 },
    { seed: 6, topK: 4, topP: 0.8, temperature: 2 },
  ])('%o', (options) => {
    const sampler = createSampler(logits.length, options)
    const counts = logits.map(() => 0)
    for (let n = 0; n < draws; n++) counts[sampler.draw(logits, n)]!++
    sampler.probabilities(logits).forEach((p, i) => {
      const deviation = Math.sqrt((p * (1 - p)) / draws)
      expect(Math.abs(counts[i]! / draws - p)).toBeLessThanOrEqual(4 * deviation)
    })
  })
})

describe('always the same', () => {
  test('a draw depends on seed and number, not on draws before it', () => {
    const sampler = createSampler(5, { seed: 7 })
    const row = [0.1, 0.2, 0.3, 0.2, 0.1]
    const forwards = Array.from({ length: 50 }, (_, n) => sampler.draw(row, n))
    const backwards = Array.from({ length: 50 }, (_, n) => sampler.draw(row, 49 - n)).reverse()
    expect(backwards).toEqual(forwards)
    expect(new Set(forwards).size).toBe(5)
  })

  test('on every machine', () => {
    const sampler = createSampler(8, { seed: 42, temperature: 0.9, topP: 0.95 })
    const row = [0.3, 1.2, -0.5, 0.9, 2.2, -3.1, 0.01, 1.7]
    expect(Array.from({ length: 24 }, (_, n) => sampler.draw(row, n)).join('')).toBe('144174074474447004774143')
    expect([uniform(0, 0), uniform(1, 2), uniform(0xffff_ffff, 2 ** 40)]).toEqual([
      0.6061819447333895, 0.22539139291510324, 0.3684209668403101,
    ])
  })

  test('other seeds, other draws', () => {
    const row = Array.from({ length: 64 }, () => 0)
    const text = (seed: number) => {
      const sampler = createSampler(64, { seed })
      return Array.from({ length: 32 }, (_, n) => sampler.draw(row, n)).join(' ')
    }
    expect(new Set(Array.from({ length: 100 }, (_, seed) => text(seed))).size).toBe(100)
  })
})

describe('the likeliest', () => {
  test('at temperature 0, and with one symbol kept, the first of the highest', () => {
    fc.assert(
      fc.property(logits, fc.nat(), (logits, n) => {
        const first = logits.indexOf(Math.max(...logits))
        expect(createSampler(logits.length, { temperature: 0 }).draw(logits, n)).toBe(first)
        expect(createSampler(logits.length, { topK: 1 }).draw(logits, n)).toBe(first)
        expect(createSampler(logits.length, { topP: 1e-9 }).draw(logits, n)).toBe(first)
      }),
    )
  })

  test('a vanishing temperature is no NaN', () => {
    expect(createSampler(3, { temperature: 1e-300 }).draw([1, 2, 1.9], 3)).toBe(1)
    expect(createSampler(3, { temperature: 5e-324 }).draw([1, 2, 1.9], 3)).toBe(1)
  })
})

test('forbidden symbols never come', () => {
  const sampler = createSampler(3)
  for (let n = 0; n < 1000; n++) expect(sampler.draw([-Infinity, 0, -Infinity], n)).toBe(1)
  const few = createSampler(3, { topK: 2, topP: 0.999 })
  for (let n = 0; n < 1000; n++) expect(few.draw([-Infinity, 0, -Infinity], n)).toBe(1)
})

describe('the uniform numbers', () => {
  test('lie in [0, 1) and are even', () => {
    const bins = new Float64Array(64)
    const draws = 64_000
    let sum = 0
    let neighbours = 0
    let last = 0.5
    let inside = true
    for (let n = 0; n < draws; n++) {
      const u = uniform(3, n)
      inside &&= u >= 0 && u < 1
      bins[Math.floor(u * 64)]!++
      sum += u
      neighbours += (u - 0.5) * (last - 0.5)
      last = u
    }
    expect(inside).toBe(true)
    // χ² with 63 degrees of freedom exceeds 117 once in 50,000 tries.
    expect(bins.reduce((chi, count) => chi + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(117)
    expect(Math.abs(sum / draws - 0.5)).toBeLessThan(0.005)
    expect(Math.abs(neighbours / draws)).toBeLessThan(0.0014)
  })

  test('differ between draws whose numbers are 2³² apart', () => {
    expect(uniform(1, 5)).not.toBe(uniform(1, 5 + 2 ** 32))
  })
})

test('exponential is eˣ', () => {
  for (let x = 0; x > -708; x -= 0.0937) expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(4e-16)
  expect([exponential(0), exponential(-0), exponential(-Infinity), exponential(-1e9)]).toEqual([1, 1, 0, 0])
  expect(exponential(NaN)).toBeNaN()
})

test.each([
  [{ temperature: -1 }, 'sampling: temperature is -1; it must be a finite number, at least 0'],
  [{ temperature: NaN }, 'sampling: temperature is NaN'],
  [{ topK: 0 }, 'sampling: topK is 0; it must be a whole number, at least 1'],
  [{ topK: 2.5 }, 'sampling: topK is 2.5; it must be a whole number'],
  [{ topP: 0 }, 'sampling: topP is 0; it must be a finite number, above 0 and at most 1'],
  [{ topP: 95 }, 'sampling: topP is 95'],
  [{ seed: -1 }, 'sampling: seed is -1'],
])('%o is an error', (options, message) => {
  expect(() => createSampler(10, options as never)).toThrow(UnrolledError)
  expect(() => createSampler(10, options as never)).toThrow(message)
})

test.each([
  [[1, NaN, 2], 'sampling: logit 1 is NaN'],
  [[1, Infinity, 2], 'sampling: logit 1 is Infinity'],
  [[-Infinity, -Infinity, -Infinity], 'sampling: every logit is -Infinity'],
  [[1, 2], 'sampling: 2 logits were given for 3 symbols'],
])('%o is an error', (row, message) => {
  for (const temperature of [0, 1]) {
    expect(() => createSampler(3, { temperature }).draw(row, 0)).toThrow(UnrolledError)
    expect(() => createSampler(3, { temperature }).draw(row, 0)).toThrow(message)
  }
})

test('a draw makes no array', () => {
  const row = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i))
  const sampler = createSampler(row.length, { topK: 40, topP: 0.9 })
  const made: string[] = []
  const originals = { Float64Array, Int32Array, Float32Array, Array }
  for (const [name, original] of Object.entries(originals)) {
    const watched = new Proxy(original, {
      construct: (target, parameters) => {
        made.push(name)
        return Reflect.construct(target, parameters)
      },
    })
    Object.assign(globalThis, { [name]: watched })
  }
  try {
    for (let n = 0; n < 20; n++) sampler.draw(row, n)
  } finally {
    Object.assign(globalThis, originals)
  }
  expect(made).toEqual([])
})
