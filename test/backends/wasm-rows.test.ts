import { describe, expect, test } from 'vitest'
import { ofOne, ofTwo } from '../../src/element-functions.ts'
import type { PointwiseOperation, RowsInstruction } from '../../src/backends/backend.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { noise, number, place, runOn, span } from './wasm-harness.ts'

const backend = await createWasmBackend()

/** The operations in double precision, on one column. */
function evaluate(operations: readonly PointwiseOperation[], inputs: readonly number[], t: number): number[] {
  const values = [...inputs]
  const v = (i: number): number => values[i] as number
  for (const o of operations) {
    switch (o.op) {
      case 'constant':
        values.push(Math.fround(o.value))
        break
      case 'position':
        values.push(t)
        break
      case 'select':
        values.push(v(o.condition) !== 0 ? v(o.a) : v(o.b))
        break
      default:
        values.push('b' in o ? ofTwo[o.op](v(o.a), v(o.b)) : ofOne[o.op](v(o.a)))
    }
  }
  return values
}

/** Four gates, a peephole row, a value a row, and everything else an operation list can hold. Inputs 0 to 5. */
const operations: readonly PointwiseOperation[] = [
  { op: 'sigmoid', a: 0 }, // 6
  { op: 'tanh', a: 1 }, // 7
  { op: 'mul', a: 6, b: 7 }, // 8
  { op: 'mul', a: 2, b: 5 }, // 9: the bias row
  { op: 'add', a: 8, b: 9 }, // 10
  { op: 'position' }, // 11
  { op: 'less', a: 11, b: 4 }, // 12: before the row's length
  { op: 'select', condition: 12, a: 10, b: 3 }, // 13
  { op: 'constant', value: 0 }, // 14
  { op: 'select', condition: 12, a: 7, b: 14 }, // 15
  { op: 'max', a: 3, b: 14 }, // 16
  { op: 'softplus', a: 16 }, // 17
  { op: 'neg', a: 15 }, // 18
  { op: 'abs', a: 18 }, // 19
  { op: 'constant', value: 0.25 }, // 20
  { op: 'add', a: 19, b: 20 }, // 21
  { op: 'log', a: 21 }, // 22
  { op: 'sqrt', a: 21 }, // 23
  { op: 'div', a: 22, b: 23 }, // 24
  { op: 'min', a: 24, b: 17 }, // 25
  { op: 'exp', a: 25 }, // 26
  { op: 'sub', a: 26, b: 13 }, // 27
]

function program(outer: number, rows: number, columns: number, pad: number) {
  const pitch = columns + pad + 3
  const stride = rows * pitch + 2
  const area = outer * stride
  const at = (index: number) => place(index * area, stride, pitch)
  const lengths = place(5 * area, 0, 1, true)
  const bias = place(5 * area + rows)
  const size = 5 * area + rows + columns + 5
  const instruction: RowsInstruction = {
    kind: 'rows',
    ...span(outer, rows),
    columns,
    inputs: [at(0), at(1), at(2), at(3), lengths, bias],
    operations,
    outputs: [
      { value: 27, place: at(4), pad },
      { value: 13, place: at(0), pad },
      { value: 15, place: at(1), pad: 0 },
    ],
  }
  const data = noise(size, columns)
  for (let r = 0; r < rows; r++) data[5 * area + r] = r % 4
  return { instruction, data, pitch, stride, area, bias: 5 * area + rows, lengths: 5 * area }
}

describe('rows', () => {
  for (const columns of [1, 3, 5, 16, 65]) {
    for (const rows of [1, 2, 5, 7, 50]) {
      const pad = columns === 5 ? 1 : columns % 16 === 0 ? 0 : 16 - (columns % 16)
      test(`${rows} rows of ${columns}, pad ${pad}`, async () => {
        const outer = 3
        const { instruction, data, pitch, stride, area, bias, lengths } = program(outer, rows, columns, pad)
        const result = await runOn(backend, data, [instruction])
        const expected = Float64Array.from(data)
        for (let t = 0; t < outer; t++) {
          for (let r = 0; r < rows; r++) {
            const row = t * stride + r * pitch
            for (let c = 0; c < columns + pad; c++) {
              const get = (i: number): number => data[i * area + row + c] as number
              const inputs = [get(0), get(1), get(2), get(3), data[lengths + r] as number, data[bias + c] as number]
              const values = c < columns ? evaluate(operations, inputs, t) : new Array<number>(28).fill(0)
              expected[4 * area + row + c] = values[27] as number
              expected[row + c] = values[13] as number
              if (c < columns) expected[area + row + c] = values[15] as number
            }
          }
        }
        for (const [i, value] of result.entries())
          expect(Math.abs(value - (expected[i] as number)), `float ${i}`).toBeLessThanOrEqual(3e-6)
        // Rows past the shortest length are copied exactly; each row alone has the same bits.
        for (const r of [0, rows - 1]) {
          const moved = instruction.inputs.map((input, i) => {
            const from = input.offset[0]?.factor ?? 0
            return i === 5 ? input : i === 4 ? place(from + r, 0, 1, true) : place(from + r * pitch, stride, pitch)
          })
          const outputs = instruction.outputs.map((o, i) => ({
            ...o,
            place: place(([4, 0, 1][i] as number) * area + r * pitch, stride, pitch),
          }))
          const alone = await runOn(backend, data, [{ ...instruction, rows: number(1), inputs: moved, outputs }])
          for (let t = 0; t < outer; t++) {
            for (const i of [0, 1, 4]) {
              const from = i * area + t * stride + r * pitch
              expect(alone.subarray(from, from + columns + pad)).toEqual(result.subarray(from, from + columns + pad))
            }
          }
        }
      })
    }
  }

  test('one long row, in place', async () => {
    const columns = 10_007
    const data = noise(columns + 3)
    const result = await runOn(backend, data, [
      {
        kind: 'rows',
        ...span(1, 1),
        columns,
        inputs: [place(0)],
        operations: [{ op: 'mul', a: 0, b: 0 }],
        outputs: [{ value: 1, place: place(0), pad: 0 }],
      },
    ])
    for (let c = 0; c < columns; c++) expect(result[c]).toBe(Math.fround((data[c] as number) ** 2))
    expect(result.subarray(columns)).toEqual(data.subarray(columns))
  })

  test('loops in both directions carry a state', async () => {
    for (const reverse of [false, true]) {
      // state[t + 1] = state[t] · 0.5 + x[t] over rows of 3, or from the end down.
      const data = new Float32Array(64)
      for (let t = 0; t < 5; t++) for (let c = 0; c < 3; c++) data[32 + 4 * t + c] = t + c
      const from = reverse ? 4 : 0
      const result = await runOn(
        backend,
        data,
        [
          { kind: 'loop', axis: 'time', reverse },
          {
            kind: 'rows',
            ...span(1, 1),
            columns: 3,
            inputs: [place(from, 4, 4), place(32, 4, 4)],
            operations: [
              { op: 'constant', value: 0.5 },
              { op: 'mul', a: 0, b: 2 },
              { op: 'add', a: 3, b: 1 },
            ],
            outputs: [{ value: 4, place: place(4 - from, 4, 4), pad: 0 }],
          },
          { kind: 'end' },
          {
            kind: 'rows',
            ...span(1, 1),
            columns: 1,
            inputs: [place(0)],
            operations: [{ op: 'constant', value: 7 }],
            outputs: [{ value: 1, place: place(60), pad: 0 }],
          },
        ],
        { extents: { time: 5 } },
      )
      for (let c = 0; c < 3; c++) {
        let state = 0
        for (let i = 0; i < 5; i++) state = state * 0.5 + (reverse ? 4 - i : i) + c
        expect(result[(reverse ? 0 : 20) + c]).toBe(state)
      }
      expect(result[60]).toBe(7)
    }
  })
})
