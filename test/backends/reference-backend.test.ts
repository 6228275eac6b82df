import { describe, expect, test } from 'vitest'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { Draft, Trial, whole, type DraftArray } from './draft.ts'
import { boundsSuite } from './bounds-suite.ts'
import { memorySuite } from './memory-suite.ts'
import { pointwiseSuite } from './pointwise-suite.ts'
import { valuesSuite } from './weights-suite.ts'

const backend = createReferenceBackend()
const trial = new Trial(backend)

boundsSuite('reference', backend)
memorySuite('reference', backend)
pointwiseSuite('reference', trial)
valuesSuite('reference', backend)

/** An array that begins as these numbers: [step][row][column]. */
const numbers = (draft: Draft, values: readonly (readonly (readonly number[])[])[]): DraftArray =>
  draft.array({ columns: values[0]![0]!.length, value: (_, step, row, column) => values[step]![row]![column]! })

/** A matrix that begins as these numbers: [row][column]. */
const matrix = (draft: Draft, values: readonly (readonly number[])[]): DraftArray =>
  draft.array({
    columns: values[0]!.length,
    steps: 'same',
    rows: values.length,
    value: (_, __, row, column) => values[row]![column]!,
  })

async function after(draft: Draft, array: DraftArray, steps: number, rows: number): Promise<number[]> {
  return [...(await trial.run(draft, whole(steps, rows)))[array.region]!]
}

describe('by hand', () => {
  test('a product adds to its start', async () => {
    const draft = new Draft()
    const weight = matrix(draft, [
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    const bias = matrix(draft, [[10, 20, 30]])
    const a = numbers(draft, [
      [
        [1, 0.5],
        [-1, 2],
      ],
    ])
    const dest = draft.array({ columns: 3 })
    const blocks = [{ source: weight.place, atK: 0, atN: 0, k: 2, n: 3, transposed: false }]
    draft.packs = 1
    draft.prepare.push({ kind: 'pack', pack: 0, k: 2, n: 3, blocks })
    const places = { a: a.place, dest: dest.place, start: { row: bias.place } }
    draft.body.push({ kind: 'gemm', ...draft.span, ...places, k: 2, pack: 0, n: 3 })
    expect(await after(draft, dest, 1, 2)).toEqual([12, 25, 38, 13, 25, 37])
  })

  test('a contraction adds g by a over steps and rows, the last chunk first and each from zero', async () => {
    const draft = new Draft()
    const huge = 2 ** 53
    const g = numbers(draft, [[[1, 0]], [[1, 2]], [[1, 0]]])
    const a = numbers(draft, [[[huge]], [[1]], [[-huge]]])
    const dest = matrix(draft, [[1], [1]])
    const sum = { kind: 'gemm-ta', ...draft.span, g: g.place, m: 2, a: a.place, n: 1, dest: dest.place } as const
    // From the first step: (1 − 2⁵³) + (2⁵³ + 1), where 2⁵³ + 1 is 2⁵³ in floats of 64 bits, as against (1 + 0).
    draft.body.push({ ...sum, chunk: 2 })
    expect(await after(draft, dest, 3, 1)).toEqual([1 - huge + huge, 3])
    draft.body.splice(0, 1, { ...sum, chunk: 3 })
    expect(await new Trial(backend).run(draft, whole(3, 1)).then((arrays) => [...arrays[dest.region]!])).toEqual([1, 3])
  })

  test('cross-entropy and its gradient', async () => {
    const draft = new Draft()
    const logits = numbers(draft, [[[0, Math.log(3)].map(Math.fround)]])
    const target = numbers(draft, [[[1]]])
    const weight = numbers(draft, [[[2]]])
    const loss = draft.array({ columns: 1 })
    const dest = draft.array({ columns: 2, pad: 1 })
    const places = { logits: logits.place, targets: target.place }
    draft.body.push(
      { kind: 'cross-entropy', ...draft.span, ...places, columns: 2, loss: loss.place },
      {
        kind: 'cross-entropy-gradient',
        ...draft.span,
        ...places,
        weight: weight.place,
        columns: 2,
        dest: dest.place,
        pad: 1,
      },
    )
    const arrays = await trial.run(draft, whole(1, 1))
    expect(arrays[loss.region]![0]).toBeCloseTo(Math.log(4 / 3), 7)
    expect(arrays[dest.region]![0]).toBeCloseTo(0.5, 7)
    expect(arrays[dest.region]![1]).toBeCloseTo(-0.5, 7)
    expect(arrays[dest.region]![2]).toBe(0)
  })

  test('random numbers are those of the formula', async () => {
    const draft = new Draft()
    const dest = draft.array({ columns: 3 })
    draft.body.push({ kind: 'random', ...draft.span, site: 77, perStep: true, columns: 3, dest: dest.place, pad: 0 })
    const word = (x: bigint): bigint => BigInt.asUintN(32, x)
    const mix = (x: bigint): bigint => {
      x = word((x ^ (x >> 16n)) * 0x7feb352dn)
      x = word((x ^ (x >> 15n)) * 0x846ca68bn)
      return x ^ (x >> 16n)
    }
    const expected: number[] = []
    for (const step of [1000n, 1001n]) {
      for (const sequence of [3n, 4n]) {
        const key = mix(
          word(mix(word(mix(word(0xfedcba98n + 77n * 0x9e3779b9n)) + step * 0x85ebca6bn)) + sequence * 0xc2b2ae35n),
        )
        for (const column of [0n, 1n, 2n]) {
          expected.push(Number(mix(word(key + column * 0x27d4eb2fn)) >> 8n) / 2 ** 24)
        }
      }
    }
    expect(await after(draft, dest, 2, 2)).toEqual(expected)
  })
})
