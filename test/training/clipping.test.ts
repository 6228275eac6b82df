import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { UnrolledError } from '../../src/error.ts'
import { evaluate, input } from '../../src/graph/index.ts'
import { clipByNorm, clipByValue, clippingFrom, gradientNorm, type Clipping } from '../../src/training/clipping.ts'
import { value } from './apply.ts'

interface Golden {
  clipping: { gradient: number[]; cases: { name: string; max: number; clipped: number[] }[] }
}

const { clipping }: Golden = JSON.parse(readFileSync(new URL('../golden/optimizers.json', import.meta.url), 'utf8'))

function clipped(by: Clipping, data: readonly number[]): { norm: number; clipped: number[] } {
  const gradient = input('gradient', { rows: [], columns: data.length })
  const norm = gradientNorm(gradient)
  const roots = [norm, by.apply(gradient, norm)]
  const [length, result] = evaluate(roots, new Map([[gradient, value(data)]]), { extents: {}, scalars: {} })
  return { norm: length!.data[0]!, clipped: [...result!.data] }
}

describe('as PyTorch', () => {
  test.each(clipping.cases)('$name $max', ({ name, max, clipped: expected }) => {
    const got = clipped(clippingFrom({ name, options: { max } }), clipping.gradient).clipped
    got.forEach((g, i) => expect(Math.abs(g - expected[i]!)).toBeLessThan(1e-14))
  })
})

test('the norm is that before clipping', () => expect(clipped(clipByNorm(1), [3, 4]).norm).toBe(5))

test('zeros stay zero', () => {
  expect(clipped(clipByNorm(1), [0, 0]).clipped).toEqual([0, 0])
  expect(clipped(clipByValue(1), [0, 0]).clipped).toEqual([0, 0])
})

test('NaN stays visible', () => {
  expect(clipped(clipByNorm(1), [NaN, 1])).toEqual({ norm: NaN, clipped: [NaN, NaN] })
  expect(clipped(clipByValue(1), [NaN, 5]).clipped).toEqual([NaN, 1])
})

test('a number means by norm', () => {
  const by = clippingFrom(5)
  expect({ name: by.name, options: by.options }).toEqual({ name: 'norm', options: { max: 5 } })
  expect(clippingFrom(by)).toBe(by)
})

test.each([0, -1, NaN, 'much', null, {}, { name: 'size', options: {} }])('clip %o is an error', (max) => {
  expect(() => clippingFrom(max as never)).toThrow(UnrolledError)
})

test.each([0, -1, NaN])('a clipping by %d is an error', (max) => {
  expect(() => clipByNorm(max)).toThrow('max')
  expect(() => clipByValue(max)).toThrow('max')
})
