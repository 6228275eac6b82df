import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Channel } from 'unrolled'
import {
  differences,
  transformFrom,
  transformNames,
  transformOf,
  type TransformName,
} from '../../../src/data/series/index.ts'
import { likeliestLambda } from '../../../src/data/series/fit-transform.ts'
import { boxCox } from '../../../src/data/series/transforms.ts'

interface Golden {
  readonly cases: readonly { name: string; values: number[]; lambda: number; transformed: number[] }[]
  readonly grid: readonly { lambda: number; value: number; forward: number; inverse: number }[]
}
const golden = JSON.parse(readFileSync(new URL('../../golden/box-cox.json', import.meta.url), 'utf8')) as Golden

const channel = (values: number[], missing?: number[]): Channel => ({
  name: 'shop 3 · sales',
  target: 'sales',
  steps: values.length,
  values: Float64Array.from(values),
  ...(missing && { missing: Uint8Array.from(missing) }),
  known: [],
  past: [],
  categories: [],
  time: (step) => Date.UTC(2024, 0, 1 + step),
})
const days = { frequency: { unit: 'day', count: 1 } } as const
const fitted = (name: TransformName, values: number[], missing?: number[]) =>
  transformOf(name, channel(values, missing), days, 'forecaster')

describe('transforms', () => {
  test.each(golden.cases)('Box–Cox: λ of $name, as scipy has it', ({ values, lambda, transformed }) => {
    expect(likeliestLambda(Float64Array.from(values))).toBeCloseTo(Math.min(2, Math.max(0, lambda)), 4)
    const { forward } = boxCox(lambda)
    values.slice(0, 20).forEach((value, i) => expect(forward(value)).toBeCloseTo(transformed[i]!, 8))
  })

  test('Box–Cox at small and large λ, as scipy has it', () => {
    for (const { lambda, value, forward, inverse } of golden.grid) {
      const transform = boxCox(lambda)
      expect(transform.forward(value) / forward || 1).toBeCloseTo(1, 6)
      expect(transform.inverse(value) / inverse).toBeCloseTo(1, 5)
    }
    expect(boxCox(0.5).inverse(-7)).toBe(0)
  })

  test('are undone, also as a file keeps them', () => {
    const positive = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(positive, fc.constantFrom(...transformNames), (values, name) => {
        const transform = fitted(name, values)
        const kept = transformFrom(JSON.parse(JSON.stringify(transform.content())))
        expect(kept.content()).toEqual(transform.content())
        for (const value of values) {
          const there = transform.forward(value)
          expect(Number.isFinite(there)).toBe(true)
          expect(kept.forward(value)).toBe(there)
          expect(Math.abs(kept.inverse(there) / value - 1)).toBeLessThan(1e-6)
        }
      }),
      { numRuns: 60, seed: 4 },
    )
  })

  test('are fitted to what was observed, and to nothing else', () => {
    const values = golden.cases[0]!.values
    const more = [...values, ...values.map(() => 1e6)]
    expect(
      fitted(
        'boxCox',
        more,
        more.map((_, i) => Number(i >= values.length)),
      ).content(),
    ).toEqual(fitted('boxCox', values).content())
    expect(fitted('boxCox', [5, 5, 5]).content()).toEqual({ kind: 'boxCox', lambda: 1 })
    expect(() => fitted('log', [1, -1, 2], [0, 1, 0])).toThrow(
      'shop 3 · sales was not observed and is filled with -1 at 2024-01-02; log takes values above 0',
    )
  })

  test('say whose value they cannot take, and when it was', () => {
    expect(() => fitted('log', [3, 0, 1])).toThrow(
      'forecaster: shop 3 · sales is 0 at 2024-01-02; log takes values above 0; log1p takes 0 too',
    )
    expect(() => fitted('boxCox', [3, 1, -2])).toThrow('is -2 at 2024-01-03; boxCox takes values above 0')
    expect(() => fitted('log1p', [3, 1, -2])).toThrow('log1p takes values above -1')
    expect(() => fitted('sqrt' as 'log', [1])).toThrow(
      "transform is 'sqrt'; it must be 'none', 'log', 'log1p', 'boxCox'",
    )
    for (const content of [3, {}, { kind: 'boxCox' }, { kind: 'sqrt' }]) {
      expect(() => transformFrom(content)).toThrow('transform must be one of none, log, log1p, boxCox')
    }
  })
})

describe('differences', () => {
  test('to the step before, to the last season: undone by the values before them', () => {
    expect([...differences(1).forward([1, 4, 9, 16])]).toEqual([3, 5, 7])
    expect([...differences(3).forward([1, 4, 9, 16, 25])]).toEqual([15, 21])
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (values, lag) => {
          const { forward, inverse } = differences(lag)
          const rest = forward(values)
          expect(rest.length).toBe(Math.max(0, values.length - lag))
          if (values.length >= lag) expect([...inverse(rest, [7, ...values.slice(0, lag)])]).toEqual(values.slice(lag))
        },
      ),
      { numRuns: 60, seed: 4 },
    )
  })

  test('need as many before', () => {
    expect(() => differences(7).inverse([1], [1, 2])).toThrow('2 values come before; 7 are needed')
    expect(() => differences(0)).toThrow('lag is 0')
  })
})
