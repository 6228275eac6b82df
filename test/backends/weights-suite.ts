/** Packed matrices in formats smaller than float32. */

import { describe, expect, test } from 'vitest'
import type { Backend, PackBlock, WeightFormat } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { cases } from './cases/index.ts'
import { expectAgreement, expectSameBits } from './compare.ts'
import { Trial, whole, type Window } from './draft.ts'
import { number, place, span } from './wasm-harness.ts'

const formats = ['float16', 'int8'] as const

const windows: readonly Window[] = [whole(4, 5), whole(1, 1), whole(1, 50), whole(0, 2), whole(2, 7)]

const alone = [
  [0, 1],
  [6, 1],
  [1, 4],
  [5, 2],
] as const

const drafts = cases
  .flatMap(({ name, draft, rowwise = false, modes: sensible = ['outer', 'forward'] }) =>
    sensible.map((mode) => ({ name: `${name}, ${mode}`, draft: draft(mode), rowwise })),
  )
  .filter(({ draft: { prepare, body } }) => [...prepare, ...body].some(({ kind }) => kind === 'pack'))

/** Adds the suite for one backend. */
export function weightsSuite(name: string, backend: Backend): void {
  describe.each(formats)(`${name}: weights as %s`, (weights) => {
    const reference = new Trial(createReferenceBackend(), { weights })
    const trial = new Trial(backend, { weights })

    test.each(drafts)('$name: what the reference gives', async ({ draft }) => {
      for (const window of windows) {
        expectAgreement(draft, window, await trial.run(draft, window), await reference.run(draft, window), false)
      }
    })

    test.each(drafts.filter(({ rowwise }) => rowwise))('$name: rows alone as among others', async ({ draft }) => {
      const all = whole(2, 7)
      const together = await trial.run(draft, all)
      for (const [row, rows] of alone) {
        const part = { ...all, row, rows }
        expectSameBits(draft, part, await trial.run(draft, part), all, together)
      }
    })
  })

  valuesSuite(name, backend)
}

/** What becomes of single values. */
export function valuesSuite(name: string, backend: Backend): void {
  describe(`${name}: weights, value by value`, () => {
    test.each(halves)('float16: %d becomes %d', async (value, expected) => {
      const [found] = await packed(backend, 'float16', [[0.1, value, -value, 0.3]])
      expect(found).toEqual([0.0999755859375, expected, -expected, 0.300048828125])
    })

    test.each(bytes)('int8: %j becomes %j', async (column, expected) => {
      // The columns beside it have scales of their own.
      const matrix = column.map((value) => [1000, value, -value, 1e-6])
      const found = await packed(backend, 'int8', matrix)
      expect(found.map((row) => row[1]! + 0)).toEqual(expected)
      expect(found.map((row) => row[2]! + 0)).toEqual(expected.map((value) => 0 - value))
    })

    test('int8 has one zero', async () => {
      expect(await packed(backend, 'int8', [[0, -0, -1e-45]])).toEqual([[0, 0, 0]])
    })

    test('what the reference rounds to, whatever the value', async () => {
      const bits = Uint32Array.from({ length: 4096 }, (_, i) => Math.imul(i + 1, 0x9e3779b1))
      // Numbers below 2⁻¹²⁶ may be flushed to zero, so the scale of a column is not to be one of them.
      const values = [...new Float32Array(bits.buffer)].map((value) => (Math.abs(value) < 1e-30 ? 0 : value))
      // The same digits from 2⁻²⁷ to 2¹⁶, where halves are.
      const near = [...new Float32Array(bits.map((of, i) => (of & 0x807fffff) | ((100 + (i % 44)) << 23)).buffer)]
      for (const row of [values, near]) {
        expect(await packed(backend, 'float16', [row])).toEqual(
          await packed(createReferenceBackend(), 'float16', [row]),
        )
      }
      const rows = Array.from({ length: 16 }, (_, i) =>
        values.slice(256 * i, 256 * i + 256).map((value, j) => (Number.isFinite(value) ? value % 10 ** (j % 9) : j)),
      )
      expect(await packed(backend, 'int8', rows)).toEqual(await packed(createReferenceBackend(), 'int8', rows))
    })

    test.each(formats)('%s: a column that was not a number is one again with other values', async (weights) => {
      const run = await packer(backend, weights, 2, 9, [
        { source: place(0, 0, 9), atK: 0, atN: 0, k: 1, n: 9, transposed: true },
      ])
      const values = [1, 2, 3, 4, 5, 6, 7, 8, 9]
      const spoilt = await run([values.map((value) => (value === 3 ? NaN : value)), values])
      expect(spoilt[0]![2]).toBeNaN()
      const [first, second] = await run([values, values])
      expect(first).toEqual(values)
      expect(second!.map((value) => value + 0)).toEqual(values.map(() => 0))
    })

    test('int8: blocks one above the other have one scale', async () => {
      const blocks = [
        { source: place(0, 0, 1), atK: 0, atN: 2, k: 1, n: 1, transposed: false },
        { source: place(1, 0, 1), atK: 2, atN: 2, k: 1, n: 1, transposed: true },
      ]
      const run = await packer(backend, 'int8', 3, 3, blocks)
      const found = await run([[1.4, 127]])
      expect(found.map((row) => row.map((value) => value + 0))).toEqual([[0, 0, 1], [0, 0, 0], [0, 0, 127]]) // prettier-ignore
    })

    test('float32 without a word', async () => {
      const values = [0.1, 1 / 3, 1e30, -0].map(Math.fround)
      expect(await packed(backend, 'float32', [values])).toEqual([values])
      expect(await packed(backend, undefined, [values])).toEqual([values])
    })

    test('a format that there is not is refused, also where nothing is packed', async () => {
      const program = { name: 'nothing', regions: [], packs: 0, prepare: [], body: [], finish: [] }
      for (const weights of ['bfloat16', 'int4', 16, null]) {
        const compiled = Promise.resolve().then(() => backend.compile(program, { weights: weights as never }))
        await expect(compiled).rejects.toMatchObject({ code: 'option', message: expect.stringContaining('int8') })
      }
      for (const weights of formats) (await backend.compile(program, { weights })).dispose()
    })
  })
}

/** Of halves near 1 the distance is 2⁻¹⁰, below 2⁻¹⁴ it is 2⁻²⁴; the largest is 65504. */
const halves: readonly (readonly [value: number, half: number])[] = [
  [0, 0],
  [1 + 2 ** -11, 1],
  [1 + 3 * 2 ** -11, 1 + 2 ** -9],
  [1 + 2 ** -11 + 2 ** -23, 1 + 2 ** -10],
  [1 + 2 ** -11 - 2 ** -23, 1],
  [1 - 2 ** -12, 1],
  [2 - 2 ** -11, 2],
  [2049, 2048],
  [2051, 2052],
  [65504, 65504],
  [65520 - 2 ** -8, 65504],
  [65520, Infinity],
  [3e38, Infinity],
  [Infinity, Infinity],
  [NaN, NaN],
  [2 ** -14, 2 ** -14],
  [2 ** -14 - 2 ** -25, 2 ** -14],
  [2 ** -14 - 2 ** -24, 2 ** -14 - 2 ** -24],
  [2 ** -24, 2 ** -24],
  [2 ** -25, 0],
  [2 ** -25 + 2 ** -48, 2 ** -24],
  [3 * 2 ** -25, 2 ** -23],
  [5 * 2 ** -25, 2 ** -23],
  [1e-40, 0],
]

const scale = Math.fround(1 / 127)

/** A column and what becomes of it. */
const bytes: readonly (readonly [column: readonly number[], rounded: readonly number[]])[] = [
  [
    [127, 1, 1.4, 0.5, 1.5, 2.5, 3.5, 0.51, -0.5, -1.5, -3.6, 0],
    [127, 1, 1, 0, 2, 2, 4, 1, 0, -2, -4, 0],
  ],
  [
    [-254, 1, 3, 5.1],
    [-254, 0, 4, 6],
  ],
  [[1, 0.5, -1 / 3], [127 * scale, 64 * scale, -42 * scale].map(Math.fround)],
  [
    [0, -0, 0],
    [0, 0, 0],
  ],
  [
    [1e-45, 0],
    [0, 0],
  ],
  [
    [NaN, 1],
    [NaN, NaN],
  ],
  [
    [2, -Infinity],
    [NaN, NaN],
  ],
]

/** A k × n matrix after packing in a format, as the products see it. */
async function packed(
  backend: Backend,
  weights: WeightFormat | undefined,
  matrix: readonly (readonly number[])[],
): Promise<number[][]> {
  const [k, n] = [matrix.length, matrix[0]!.length]
  const whole: PackBlock = { source: place(0, 0, n), atK: 0, atN: 0, k, n, transposed: true }
  return (await packer(backend, weights, k, n, [whole]))(matrix)
}

/** Packs blocks of the matrices it is given as k × n, and multiplies by ones on the diagonal from −0, which keeps every sign. */
async function packer(
  backend: Backend,
  weights: WeightFormat | undefined,
  k: number,
  n: number,
  blocks: readonly PackBlock[],
): Promise<(matrix: readonly (readonly number[])[]) => Promise<number[][]>> {
  const [a, dest] = [k * n, k * n + k * k]
  const gemm = { kind: 'gemm', a: place(a, 0, k), k, pack: 0, n, dest: place(dest, 0, n), start: 'dest' } as const
  const executable = await backend.compile(
    {
      name: 'read back',
      regions: [{ name: 'all', size: number(dest + k * n) }],
      packs: 1,
      prepare: [{ kind: 'pack', pack: 0, k, n, blocks }],
      body: [{ ...gemm, ...span(1, k) }],
      finish: [],
    },
    weights === undefined ? {} : { weights },
  )
  const memory = backend.allocate(dest + k * n)
  executable.bind([memory])
  return async (matrix) => {
    const values = new Float32Array(memory.floats)
    values.set(matrix.flat())
    for (let i = 0; i < k; i++) values[a + i * k + i] = 1
    backend.write(memory, 0, values.fill(-0, dest))
    executable.prepare({})
    executable.run({}, {})
    await backend.read(memory, 0, values)
    return Array.from({ length: k }, (_, i) => [...values.subarray(dest + i * n, dest + i * n + n)])
  }
}
