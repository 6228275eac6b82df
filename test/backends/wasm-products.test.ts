import { describe, expect, test } from 'vitest'
import type { GemmInstruction, Instruction, PackInstruction } from '../../src/backends/backend.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { noise, place, runOn, span } from './wasm-harness.ts'

const sets = [await createWasmBackend({ kernels: 'wasm' }), await createWasmBackend()]

describe.each(sets)('products, kernels $kernels', (backend) => {
  const shapes = [
    [1, 3, 1],
    [2, 5, 16],
    [3, 16, 20],
    [5, 1, 65],
    [7, 65, 48],
    [50, 33, 24],
    [7, 1100, 16],
  ] as const

  for (const [rows, k, n] of shapes) {
    for (const start of ['zero', 'dest', 'row'] as const) {
      test(`${rows} × ${k} × ${n} from ${start}`, async () => {
        const outer = 2
        const aPitch = k + 3
        const destPitch = n + 5
        const w = 0
        const a = k * n
        const row = a + outer * rows * aPitch
        const dest = row + n
        const size = dest + outer * rows * destPitch + 7
        const data = noise(size, k)
        const pack: PackInstruction = {
          kind: 'pack',
          pack: 0,
          k,
          n,
          blocks: [{ source: place(w, 0, k), atK: 0, atN: 0, k, n, transposed: false }],
        }
        const gemm: GemmInstruction = {
          kind: 'gemm',
          ...span(outer, rows),
          a: place(a, rows * aPitch, aPitch),
          k,
          pack: 0,
          n,
          dest: place(dest, rows * destPitch, destPitch),
          start: start === 'row' ? { row: place(row) } : start,
        }
        const result = await runOn(backend, data, [gemm], { prepare: [pack], packs: 1 })
        const expected = Float64Array.from(data)
        for (let r = 0; r < outer * rows; r++) {
          for (let c = 0; c < n; c++) {
            const at = dest + r * destPitch + c
            let sum = start === 'zero' ? 0 : start === 'dest' ? (data[at] as number) : (data[row + c] as number)
            for (let i = 0; i < k; i++) sum += (data[a + r * aPitch + i] as number) * (data[w + c * k + i] as number)
            expected[at] = sum
          }
        }
        expect(distance(result, expected)).toBeLessThan(1e-5 * Math.sqrt(k))
        // Each row alone has the same bits.
        for (let r = 0; r < outer * rows; r += 3) {
          const alone: Instruction = {
            ...gemm,
            ...span(1, 1),
            a: place(a + r * aPitch),
            dest: place(dest + r * destPitch),
          }
          const single = await runOn(backend, data, [alone], { prepare: [pack], packs: 1 })
          const from = dest + r * destPitch
          expect(single.subarray(from, from + n)).toEqual(result.subarray(from, from + n))
        }
      })
    }
  }

  test('a packed matrix of several blocks, one of them transposed', async () => {
    const data = noise(2000)
    const blocks: PackInstruction = {
      kind: 'pack',
      pack: 0,
      k: 21,
      n: 32,
      blocks: [
        { source: place(0, 0, 9), atK: 0, atN: 0, k: 9, n: 13, transposed: false },
        { source: place(200, 0, 20), atK: 9, atN: 16, k: 12, n: 15, transposed: true },
        { source: place(600, 0, 6), atK: 1, atN: 17, k: 6, n: 8, transposed: false },
      ],
    }
    // The rows of the identity read the matrix back.
    const identity = 1000
    for (let k = 0; k < 21; k++) for (let i = 0; i < 21; i++) data[identity + 21 * k + i] = k === i ? 1 : 0
    const big = new Float32Array(3000)
    big.set(data)
    const result = await runOn(
      backend,
      big,
      [
        {
          kind: 'gemm',
          ...span(1, 21),
          a: place(identity, 0, 21),
          k: 21,
          pack: 0,
          n: 32,
          dest: place(2000, 0, 32),
          start: 'zero',
        },
      ],
      { prepare: [blocks, blocks], packs: 1 },
    )
    const expected = new Float32Array(21 * 32)
    for (let k = 0; k < 9; k++) for (let n = 0; n < 13; n++) expected[k * 32 + n] = data[n * 9 + k] as number
    for (let k = 0; k < 12; k++)
      for (let n = 0; n < 15; n++) expected[(9 + k) * 32 + 16 + n] = data[200 + k * 20 + n] as number
    for (let k = 0; k < 6; k++)
      for (let n = 0; n < 8; n++) expected[(1 + k) * 32 + 17 + n] = data[600 + n * 6 + k] as number
    expect(result.subarray(2000, 2000 + 21 * 32)).toEqual(expected)
  })

  const contractions = [
    [1, 1, 3, 2, 5],
    [7, 5, 20, 16, 3],
    [13, 65, 3, 5, 2],
    [40, 24, 300, 7, 290],
    [6, 8, 600, 1, 1000],
    [30, 1031, 9, 2, 4],
    [1030, 3, 9, 2, 4],
  ] as const
  for (const [m, n, outer, rows, chunk] of contractions) {
    test(`contraction ${m} × ${n} over ${outer} × ${rows} in chunks of ${chunk}`, async () => {
      const gPitch = m + 2
      const aPitch = n + 1
      const destPitch = n + 3
      const gStride = rows * gPitch + 5
      const aStride = rows * aPitch
      const a = outer * gStride
      const dest = a + outer * aStride
      const data = noise(dest + m * destPitch + 9, m)
      const instruction: Instruction = {
        kind: 'gemm-ta',
        ...span(outer, rows),
        g: place(0, gStride, gPitch),
        m,
        a: place(a, aStride, aPitch),
        n,
        dest: place(dest, 0, destPitch),
        chunk,
      }
      const result = await runOn(backend, data, [instruction])
      const expected = Float64Array.from(data)
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0
          for (let t = 0; t < outer; t++)
            for (let r = 0; r < rows; r++)
              sum += (data[t * gStride + r * gPitch + i] as number) * (data[a + t * aStride + r * aPitch + j] as number)
          expected[dest + i * destPitch + j] = (expected[dest + i * destPitch + j] as number) + sum
        }
      }
      expect(distance(result, expected)).toBeLessThan(1e-5 * Math.sqrt(outer * rows))
      // One block of columns alone, and the chunks one by one from the last, have the same bits.
      if (n > 20) {
        const part = await runOn(backend, data, [{ ...instruction, n: n - 9, m: Math.min(m, 11) }])
        for (let i = 0; i < Math.min(m, 11); i++) {
          const from = dest + i * destPitch
          expect(part.subarray(from, from + n - 9)).toEqual(result.subarray(from, from + n - 9))
        }
      }
      const pieces: Instruction[] = []
      for (let first = Math.floor((outer - 1) / chunk) * chunk; first >= 0; first -= chunk) {
        const steps = Math.min(chunk, outer - first)
        const g = place(first * gStride, gStride, gPitch)
        pieces.push({ ...instruction, ...span(steps, rows), g, a: place(a + first * aStride, aStride, aPitch) })
      }
      expect(await runOn(backend, data, pieces)).toEqual(result)
    })
  }
})

function distance(a: Float32Array, b: Float64Array): number {
  let largest = 0
  for (const [i, value] of a.entries()) largest = Math.max(largest, Math.abs(value - (b[i] as number)))
  return largest
}
