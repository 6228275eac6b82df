import { describe, expect, test } from 'vitest'
import type { Unary } from '../../src/backends/backend.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { erf } from '../../src/erf.ts'
import { number, place, runOn, span, ulps } from './wasm-harness.ts'

const backend = await createWasmBackend()

async function apply(op: Unary, x: Float32Array): Promise<Float32Array> {
  const count = x.length
  const data = new Float32Array(2 * count)
  data.set(x)
  const all = await runOn(backend, data, [
    {
      kind: 'rows',
      ...span(1, 1),
      columns: count,
      inputs: [place(0)],
      operations: [{ op, a: 0 }],
      outputs: [{ value: 1, place: place(count), pad: 0 }],
    },
  ])
  return all.subarray(count)
}

/** Floats over the whole range of bits between two, both signs if `low` is negative. */
function across(low: number, high: number, count: number): Float32Array {
  const values: number[] = []
  const bits = new Int32Array(1)
  const float = new Float32Array(bits.buffer)
  float[0] = Math.max(Math.abs(low), Math.abs(high))
  const top = bits[0] as number
  for (let i = 0; i <= count; i++) {
    bits[0] = Math.round((top * i) / count)
    const value = float[0] as number
    if (value <= high) values.push(value)
    if (-value >= low) values.push(-value)
    values.push(low + ((high - low) * i) / count)
  }
  return new Float32Array(values)
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const exact: Partial<Record<Unary, { of: (x: number) => number; low: number; high: number; to?: number }>> = {
  exp: { of: Math.exp, low: -110, high: 90 },
  sigmoid: { of: (x) => 1 / (1 + Math.exp(-x)), low: -87, high: 100, to: 2 },
  tanh: { of: Math.tanh, low: -30, high: 30, to: 1.2 },
  softplus: { of: softplus, low: -90, high: 1e6 },
  log: { of: Math.log, low: 0, high: 3.4e38 },
  sin: { of: Math.sin, low: -1.6e6, high: 1.6e6, to: 2 },
  cos: { of: Math.cos, low: -1.6e6, high: 1.6e6, to: 2 },
  erf: { of: erf, low: -10, high: 10, to: 2 },
  sqrt: { of: Math.sqrt, low: 0, high: 3.4e38 },
}

describe('functions', () => {
  for (const [op, { of, low, high, to = 4 }] of Object.entries(exact)) {
    test(`${op} is good to ${to} ulp`, async () => {
      const x = across(low, high, 40_001)
      const y = await apply(op as Unary, x)
      let worst = 0
      let at = 0
      for (const [i, value] of x.entries()) {
        const expected = of(value)
        // Results below the smallest normal number may be flushed.
        if (Math.abs(expected) < 2 ** -126 && Math.abs(y[i] as number) <= 2 ** -126) continue
        const error = ulps(y[i] as number, expected)
        if (!(error <= worst)) [worst, at] = [error, value]
      }
      expect(worst, `at ${at}`).toBeLessThanOrEqual(to)
    })
  }

  test('special values', async () => {
    const x = new Float32Array([NaN, Infinity, -Infinity, 0, -0, -1, 89, -110])
    const of = async (op: Unary) => [...(await apply(op, x))]
    expect(await of('exp')).toEqual([NaN, Infinity, 0, 1, 1, Math.fround(Math.exp(-1)), Infinity, 0])
    expect((await of('log')).slice(0, 6)).toEqual([NaN, Infinity, NaN, -Infinity, -Infinity, NaN])
    expect((await of('tanh')).slice(0, 4)).toEqual([NaN, 1, -1, 0])
    expect((await of('sigmoid')).slice(0, 4)).toEqual([NaN, 1, 0, 0.5])
    expect((await of('softplus')).slice(0, 3)).toEqual([NaN, Infinity, 0])
    expect(await of('sign')).toEqual([NaN, 1, -1, 0, 0, -1, 1, -1])
    expect((await of('sqrt')).slice(0, 3)).toEqual([NaN, Infinity, NaN])
    expect((await of('abs')).slice(0, 3)).toEqual([NaN, Infinity, Infinity])
  })

  test('min, max, less and select with NaN', async () => {
    const data = new Float32Array([NaN, 1, NaN, 2, 0, 0, 1, NaN, NaN, 1, -1, 3, ...new Array<number>(24).fill(0)])
    const all = await runOn(backend, data, [
      {
        kind: 'rows',
        outer: number(1),
        rows: number(1),
        columns: 6,
        inputs: [place(0), place(6)],
        operations: [
          { op: 'min', a: 0, b: 1 },
          { op: 'max', a: 0, b: 1 },
          { op: 'less', a: 0, b: 1 },
          { op: 'select', condition: 0, a: 0, b: 1 },
        ],
        outputs: [2, 3, 4, 5].map((value, i) => ({ value, place: place(12 + 6 * i), pad: 0 })),
      },
    ])
    expect([...all.subarray(12, 18)]).toEqual([NaN, NaN, NaN, 1, -1, 0])
    expect([...all.subarray(18, 24)]).toEqual([NaN, NaN, NaN, 2, 0, 3])
    expect([...all.subarray(24, 30)]).toEqual([0, 0, 0, 0, 0, 1])
    expect([...all.subarray(30, 36)]).toEqual([NaN, 1, NaN, 2, -1, 3])
  })
})
