import { describe, expect, test } from 'vitest'
import type { Instruction } from '../../src/backends/backend.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { noise, place, runOn, span } from './wasm-harness.ts'

const backend = await createWasmBackend()
const sizes = [1, 3, 5, 16, 65].flatMap((columns) => [1, 2, 7, 50].map((rows) => [rows, columns] as const))

function near(actual: Float32Array, expected: ArrayLike<number>, tolerance: number): void {
  for (const [i, value] of actual.entries())
    if (!(Math.abs(value - (expected[i] as number)) <= tolerance)) expect(value, `float ${i}`).toBe(expected[i])
}

describe.each(sizes)('%d rows of %d', (rows, columns) => {
  const outer = 5
  const chunk = 2
  const pitch = columns + 4
  const stride = rows * pitch + 1
  const area = outer * stride
  const chunks = [
    [4, 5],
    [2, 4],
    [0, 2],
  ] as const

  test('gather and scatter-add', async () => {
    const symbols = 6
    const ids = 2 * area
    const table = ids + outer * rows
    const data = noise(table + symbols * pitch, rows)
    for (let i = 0; i < outer * rows; i++) data[ids + i] = (i * 7) % symbols
    const gather: Instruction = {
      kind: 'gather',
      ...span(outer, rows),
      table: place(table, 0, pitch),
      ids: place(ids, rows, 1),
      dest: place(0, stride, pitch),
      count: symbols,
      columns,
      pad: 3,
    }
    const expected = Float32Array.from(data)
    for (let t = 0; t < outer; t++)
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns + 3; c++) {
          const id = data[ids + t * rows + r] as number
          expected[t * stride + r * pitch + c] = c < columns ? (data[table + id * pitch + c] as number) : 0
        }
    expect(await runOn(backend, data, [gather])).toEqual(expected)

    const scatter: Instruction = {
      kind: 'scatter-add',
      ...span(outer, rows),
      source: place(area, stride, pitch),
      ids: place(ids, rows, 1),
      dest: place(table, 0, pitch),
      count: symbols,
      columns,
      chunk,
    }
    const sums = Float32Array.from(data)
    for (const [from, to] of chunks)
      for (let t = from; t < to; t++)
        for (let r = 0; r < rows; r++)
          for (let c = 0; c < columns; c++) {
            const at = table + (data[ids + t * rows + r] as number) * pitch + c
            sums[at] = (sums[at] as number) + (data[area + t * stride + r * pitch + c] as number)
          }
    expect(await runOn(backend, data, [scatter])).toEqual(sums)
  })

  test('sum-rows over all, over rows, over steps', async () => {
    const data = noise(2 * area, rows)
    for (const [destStride, destPitch] of [
      [0, 0],
      [stride, 0],
      [0, pitch],
    ] as const) {
      const expected = Float32Array.from(data)
      for (const [from, to] of chunks) {
        const both = destStride === 0 && destPitch === 0
        const sums = new Float32Array(columns)
        for (let t = from; t < to; t++)
          for (let r = 0; r < rows; r++)
            for (let c = 0; c < columns; c++) {
              const value = data[area + t * stride + r * pitch + c] as number
              const at = t * destStride + r * destPitch + c
              if (both) sums[c] = (sums[c] as number) + value
              else expected[at] = (expected[at] as number) + value
            }
        if (both) for (let c = 0; c < columns; c++) expected[c] = (expected[c] as number) + (sums[c] as number)
      }
      const result = await runOn(backend, data, [
        {
          kind: 'sum-rows',
          ...span(outer, rows),
          source: place(area, stride, pitch),
          dest: place(0, destStride, destPitch),
          columns,
          chunk,
        },
      ])
      expect(result).toEqual(expected)
    }
  })

  test('reduce-columns', async () => {
    const data = noise(area + outer * rows, rows)
    for (const reduction of ['sum', 'max'] as const) {
      const expected = Float64Array.from(data)
      for (let t = 0; t < outer; t++)
        for (let r = 0; r < rows; r++) {
          const row = [...data.subarray(t * stride + r * pitch, t * stride + r * pitch + columns)]
          expected[area + t * rows + r] = reduction === 'sum' ? row.reduce((a, b) => a + b) : Math.max(...row)
        }
      const dest = place(area, rows, 1)
      const source = place(0, stride, pitch)
      const result = await runOn(backend, data, [
        { kind: 'reduce-columns', reduction, ...span(outer, rows), source, columns, dest },
      ])
      near(result, expected, reduction === 'sum' ? 1e-5 : 0)
    }
  })

  test('cross-entropy and its gradient', async () => {
    const targets = area
    const weights = targets + outer * rows
    const losses = weights + outer * rows
    const data = noise(losses + outer * rows, rows)
    for (let i = 0; i < area; i++) data[i] = (data[i] as number) * 30
    for (let i = 0; i < outer * rows; i++) {
      data[targets + i] = (i * 5) % columns
      if (i % 3 === 1) data[weights + i] = 0
    }
    const expected = Float64Array.from(data)
    for (let t = 0; t < outer; t++)
      for (let r = 0; r < rows; r++) {
        const from = t * stride + r * pitch
        const row = [...data.subarray(from, from + columns)]
        const largest = Math.max(...row)
        const sum = row.reduce((a, b) => a + Math.exp(b - largest), 0)
        const target = data[targets + t * rows + r] as number
        const weight = data[weights + t * rows + r] as number
        expected[losses + t * rows + r] = Math.log(sum) + largest - (row[target] as number)
        for (let c = 0; c < columns; c++)
          expected[from + c] = (Math.exp((row[c] as number) - largest) / sum - (c === target ? 1 : 0)) * weight
        expected[from + columns] = 0
      }
    const common = { ...span(outer, rows), logits: place(0, stride, pitch), targets: place(targets, rows, 1), columns }
    const result = await runOn(backend, data, [
      { kind: 'cross-entropy', ...common, loss: place(losses, rows, 1) },
      {
        kind: 'cross-entropy-gradient',
        ...common,
        weight: place(weights, rows, 1),
        dest: place(0, stride, pitch),
        pad: 1,
      },
    ])
    near(result, expected, 1e-5)
  })

  test('random', async () => {
    const data = new Float32Array(area + 3).fill(5)
    const scalars = { seed: 4_000_000_001, step: 77, sequence: 4_294_967_290 }
    const mix = (value: number): number => {
      let x = value | 0
      x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
      x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
      return x ^ (x >>> 16)
    }
    for (const perStep of [true, false]) {
      const expected = Float32Array.from(data)
      for (let t = 0; t < outer; t++)
        for (let r = 0; r < rows; r++) {
          const seed = mix(scalars.seed + Math.imul(9, 0x9e3779b9))
          const step = mix(seed + Math.imul(scalars.step + (perStep ? t : 0), 0x85ebca6b))
          const key = mix(step + Math.imul(scalars.sequence + r, 0xc2b2ae35))
          for (let c = 0; c < columns; c++)
            expected[t * stride + r * pitch + c] = (mix(key + Math.imul(c, 0x27d4eb2f)) >>> 8) * 2 ** -24
          expected[t * stride + r * pitch + columns] = 0
        }
      const result = await runOn(
        backend,
        data,
        [{ kind: 'random', ...span(outer, rows), site: 9, perStep, columns, dest: place(0, stride, pitch), pad: 1 }],
        { scalars },
      )
      expect(result).toEqual(expected)
    }
  })

  test('fill', async () => {
    const data = noise(area)
    const expected = Float32Array.from(data)
    for (let t = 0; t < outer; t++)
      for (let r = 0; r < rows; r++) expected.fill(0.1, t * stride + r * pitch, t * stride + r * pitch + columns)
    const dest = place(0, stride, pitch)
    expect(await runOn(backend, data, [{ kind: 'fill', ...span(outer, rows), value: 0.1, columns, dest }])).toEqual(
      expected,
    )
  })
})

test('cross-entropy gradient is exactly zero where the weight is, whatever the logits', async () => {
  const data = new Float32Array([NaN, Infinity, 1, 0, 0, 9, 9, 9])
  const result = await runOn(backend, data, [
    {
      kind: 'cross-entropy-gradient',
      ...span(1, 1),
      logits: place(0),
      targets: place(3),
      weight: place(4),
      columns: 3,
      dest: place(5),
      pad: 0,
    },
  ])
  expect([...result.subarray(5)]).toEqual([0, 0, 0])
})

test('sum-squares in double precision', async () => {
  for (const columns of [1, 6, 4096, 4099, 10_000]) {
    const data = noise(columns + 1)
    let sum = 0
    for (let c = 0; c < columns; c++) sum += (data[c] as number) ** 2
    const result = await runOn(backend, data, [
      { kind: 'sum-squares', source: place(0), columns, dest: place(columns) },
    ])
    expect(result[columns]).toBe(Math.fround(sum))
  }
})
