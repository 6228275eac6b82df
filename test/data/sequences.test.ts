import { describe, expect, test } from 'vitest'
import { checksum, checksumText, sequenceBatches, sequences, type LabelledSequence } from '../../src/data/index.ts'
import { tensor } from '../../src/tensor.ts'
import { refusal } from '../formats/safetensors-file.ts'

/** What the first batch of all sequences in order puts before the model. */
function filled(items: readonly LabelledSequence[]): {
  x: number[]
  targets: number[]
  lengths: Float32Array | undefined
} {
  const data = sequences(items)
  const { steps, batch, lengths, fill } = sequenceBatches(data, { batch: items.length }).open(0, 0)
  const x = new Float32Array(steps * batch * data.columns)
  const targets = new Float32Array(steps * batch * data.targetColumns)
  fill(0, steps, { x, targets })
  return { x: [...x], targets: [...targets], lengths }
}

const hashOf = (items: readonly LabelledSequence[]): string => sequences(items).hash

test('rows, rows of floats, one typed array, a flat list and a tensor of the same numbers are the same data', () => {
  const target = [[5], [6], [7]]
  const same: LabelledSequence[] = [
    { x: [[1], [2], [3]], target },
    { x: [1, 2, 3], target },
    { x: Float32Array.of(1, 2, 3), target: [5, 6, 7].map((value) => Float32Array.of(value)) },
    { x: Float64Array.of(1, 2, 3), target: tensor([[5], [6], [7]]) },
    { x: tensor([1, 2, 3]), target },
    { x: tensor([[1], [2], [3]]), target },
  ]
  const first = filled([same[0]!])
  expect(first).toEqual({ x: [1, 2, 3], targets: [5, 6, 7], lengths: undefined })
  for (const item of same) {
    expect(filled([item])).toEqual(first)
    expect(hashOf([item])).toBe(hashOf([same[0]!]))
  }
})

test('several columns lie one after the other, and steps past a sequence are zero', () => {
  const { x, targets, lengths } = filled([
    { x: tensor([1, 2, 3, 4].map((v) => [v, -v])), target: [[1], [2], [3], [4]] },
    { x: [[9, 8]], target: [Float64Array.of(7)] },
  ])
  expect(lengths).toEqual(Float32Array.of(4, 1))
  const rows = Array.from({ length: 8 }, (_, row) => x.slice(row * 2, row * 2 + 2))
  expect(rows).toEqual([
    [1, -1],
    [9, 8],
    [2, -2],
    [0, 0],
    [3, -3],
    [0, 0],
    [4, -4],
    [0, 0],
  ])
  expect(targets).toEqual([1, 7, 2, 0, 3, 0, 4, 0])
})

test('a window in the middle has its own steps; what is for the whole sequence stands at each that counts', () => {
  const data = sequences([
    { x: [1, 2, 3, 4], target: [7, 8] },
    { x: [5, 6, 9], target: [10, 11] },
  ])
  const { fill } = sequenceBatches(data, { batch: 2 }).open(0, 0)
  const x = new Float32Array(4)
  const targets = new Float32Array(8)
  fill(2, 2, { x, targets })
  expect([...x]).toEqual([3, 9, 4, 0])
  expect([...targets]).toEqual([7, 8, 10, 11, 7, 8, 0, 0])
})

test('an order is drawn for each pass, and the last batch of a pass may be smaller', () => {
  const data = sequences([1, 2, 3, 4, 5].map((value) => ({ x: [value], target: [value] })))
  const drawn: [number, number][] = []
  const shuffle = (count: number, pass: number): Uint32Array => {
    drawn.push([count, pass])
    return Uint32Array.from({ length: count }, (_, i) => (i + pass) % count)
  }
  const batches = sequenceBatches(data, { batch: 2, shuffle })
  const read = (pass: number, index: number): number[] => {
    const { batch, steps, lengths, fill } = batches.open(pass, index)
    expect([steps, lengths]).toEqual([1, undefined])
    const x = new Float32Array(batch)
    fill(0, 1, { x })
    return [...x]
  }
  expect(batches).toMatchObject({ batches: 3, longest: 1, positions: 5 })
  expect([0, 1, 2].map((index) => read(0, index))).toEqual([[1, 2], [3, 4], [5]])
  expect([0, 1, 2].map((index) => read(1, index))).toEqual([[2, 3], [4, 5], [1]])
  expect(drawn).toEqual([
    [5, 0],
    [5, 1],
  ])
})

test('typed arrays are not copied', () => {
  const x = Float32Array.of(1, 2)
  const data = sequenceBatches(sequences([{ x, target: [0] }]), { batch: 1 })
  x[0] = 5
  const into = new Float32Array(2)
  data.open(0, 0).fill(0, 2, { x: into })
  expect([...into]).toEqual([5, 2])
})

describe('the hash', () => {
  const items = [
    { x: [[1], [2]], target: [3] },
    { x: [[4]], target: [5] },
  ]

  test('tells data apart by every number, by where sequences end, and by their order', () => {
    const others: LabelledSequence[][] = [
      items,
      [items[1]!, items[0]!],
      [{ x: [[1], [2]], target: [4] }, items[1]!],
      [{ x: [[1], [3]], target: [3] }, items[1]!],
      [items[0]!],
      [
        { x: [[1]], target: [3] },
        { x: [[2], [4]], target: [5] },
      ],
    ]
    expect(new Set(others.map(hashOf)).size).toBe(others.length)
    expect(hashOf(items)).toMatch(/^[0-9a-f]{16}$/)
  })

  test('is what it was: stored runs are told by it', () => {
    const long = Array.from({ length: 5000 }, (_, i) => (i % 7) - 3)
    expect([hashOf(items), hashOf([{ x: long, target: [1] }])]).toEqual(['ee5f4d259e35f2df', '83858f4c49889093'])
  })

  test('long rows and long lists are mixed whole, in whatever pieces', () => {
    const numbers = Array.from({ length: 9000 }, (_, i) => Math.fround(Math.sin(i)))
    const target = [0]
    const changed = (at: number): number[] => [...numbers.slice(0, at), 2, ...numbers.slice(at + 1)]
    expect(hashOf([{ x: numbers, target }])).toBe(hashOf([{ x: Float32Array.from(numbers), target }]))
    expect(hashOf([{ x: [numbers], target }])).toBe(
      hashOf([{ x: tensor(Float32Array.from(numbers), [1, 9000]), target }]),
    )
    for (const at of [0, 4095, 4096, 8999]) {
      expect(hashOf([{ x: changed(at), target }])).not.toBe(hashOf([{ x: numbers, target }]))
      expect(hashOf([{ x: [changed(at)], target }])).not.toBe(hashOf([{ x: [numbers], target }]))
    }
  })

  test('a run of 0.1.0, which told data apart by its JSON, is known again', () => {
    const data = sequenceBatches(sequences(items), { batch: 1 })
    const json = checksumText(checksum(new TextEncoder().encode(JSON.stringify(items))))
    expect(data.isOf!(json)).toBe(true)
    expect(data.isOf!(sequences(items).hash)).toBe(true)
    expect(data.isOf!('0000abcd')).toBe(false)
    expect(sequenceBatches(sequences([items[0]!]), { batch: 1 }).isOf!(json)).toBe(false)
  })
})

test('300,000 sequences are no more than a list of them', () => {
  const all = new Float32Array(300_001).map((_, i) => i % 7)
  const items = Array.from({ length: 300_000 }, (_, i) => ({
    x: all.subarray(i, i + 1),
    target: all.subarray(i + 1, i + 2),
  }))
  const data = sequences(items)
  expect(data).toMatchObject({ columns: 1, targetColumns: 1, longest: 1, steps: 300_000 })
  const batches = sequenceBatches(data, { batch: 200_000 })
  expect(batches.batches).toBe(2)
  expect(batches.open(0, 1)).toMatchObject({ batch: 100_000, steps: 1 })
  expect(data.hash).toMatch(/^[0-9a-f]{16}$/)
})

describe('what targets are for', () => {
  test.each<[string, LabelledSequence[], object]>([
    ['rows: each step', [{ x: [1, 2], target: [[1], [2]] }], { targets: 'each step', targetColumns: 1 }],
    [
      'a list of other length: the whole',
      [{ x: [1, 2], target: [1, 2, 3] }],
      { targets: 'whole sequence', targetColumns: 3 },
    ],
    [
      'lists as long as sequences of different lengths: each step',
      [
        { x: [1, 2], target: [1, 2] },
        { x: [1], target: [1] },
      ],
      { targets: 'each step', targetColumns: 1 },
    ],
    [
      'lists as long as all sequences: the model tells',
      [{ x: [1, 2], target: [1, 2] }],
      { targets: 'either', targetColumns: 2 },
    ],
    ['one number of one step', [{ x: [1], target: [1] }], { targets: 'whole sequence', targetColumns: 1 }],
  ])('%s', (_, items, wanted) => {
    expect(sequences(items)).toMatchObject(wanted)
  })
})

describe('what is no data is refused with its place', () => {
  const right = { x: [[1, 2]], target: [[1]] }
  test.each<[unknown, string | RegExp]>([
    ['abc', "a list of { x, target } is needed, not 'abc'"],
    [[], 'there is no sequence'],
    [[right, null], 'sequence 1 is null; it must be { x, target }'],
    [[right, [1, 2]], 'sequence 1 is [1, 2]; it must be { x, target }'],
    [[{ x: [1], y: [1] }], 'sequence 0 has no target; what it has as y is called target: y → target'],
    [[{ input: [1], target: [1] }], 'sequence 0 has no x; what it has as input is called x: input → x'],
    [[{ x: [1] }], /sequence 0 has no target$/],
    [[{ x: [], target: [1] }], 'sequence 0 has no step'],
    [[{ x: [1], target: [] }], 'sequence 0 has no target'],
    [[{ x: [[]], target: [1] }], 'sequence 0 has x without columns'],
    [[{ x: 'ab', target: [1] }], "sequence 0 has x 'ab'; it must be numbers by step"],
    [[{ x: [1], target: 1 }], 'sequence 0 has target 1; it must be numbers by step'],
    [[{ x: [1], target: null }], 'sequence 0 has target null'],
    [[{ x: Int32Array.of(1), target: [1] }], 'in arrays, a tensor, or typed floats'],
    [[right, { x: [[1]], target: [[1]] }], 'sequence 1 has 1 columns of x, the first 2'],
    [[right, { x: [[1, 2]], target: [[1, 1]] }], 'sequence 1 has 2 columns of targets, the first 1'],
    [[right, { x: [[1, 2]], target: [1] }], 'sequence 1 has targets as one flat list, the first for each step'],
    [
      [
        { x: [1, 2], target: [1, 2, 3] },
        { x: [1, 2], target: [1] },
      ],
      'sequence 1 has 1 numbers as target, the first 3',
    ],
    [[{ x: [[1, 2], [1]], target: [1] }], 'sequence 0 has at step 1 of x 1 columns; step 0 has 2 columns'],
    [[{ x: [[1, 2], null], target: [1] }], 'sequence 0 has at step 1 of x null'],
    [[{ x: [[1], [2]], target: [[1]] }], 'sequence 0 has 2 steps but 1 targets'],
    [[right, { x: [[1, '2']], target: [[1]] }], "sequence 1 has '2', of type string, at step 0, column 1 of x"],
    [[{ x: [1, null], target: [1] }], 'sequence 0 has null, of type object, at step 1, column 0 of x'],
    [[{ x: [null, [1]], target: [1] }], 'sequence 0 has null, of type object, at step 0, column 0 of x'],
    [[{ x: {}, target: [1] }], 'sequence 0 has x an object; it must be numbers by step, in arrays, a tensor, or'],
    [[{ x: [1], target: new Map([[0, 1]]) }], 'sequence 0 has target an object (Map); it must be numbers by step'],
    [[{ x: [1, true], target: [1] }], 'sequence 0 has true, of type boolean, at step 1'],
    [[{ x: [1, new Date(0)], target: [1] }], 'of type object, at step 1'],
    [[{ x: [1, undefined], target: [1] }], 'sequence 0 has undefined'],
    [[{ x: [1], target: ['cat'] }], "sequence 0 has 'cat', of type string, at step 0, column 0 of target"],
    [[{ x: [1, NaN], target: [1] }], 'sequence 0 has NaN, no finite number, at step 1'],
    [[{ x: Float32Array.of(1, Infinity), target: [1] }], 'sequence 0 has Infinity, no finite number, at step 1'],
    [
      [{ x: { shape: [2, 2], data: Float32Array.of(1, 2, 3, NaN) }, target: [1] }],
      'NaN, no finite number, at step 1, column 1 of x',
    ],
    [
      [{ x: { shape: [2], data: Float64Array.of(1, 1e39) }, target: [1] }],
      'more than float32 holds, at step 1, column 0 of x',
    ],
    [[{ x: [1e39], target: [1] }], 'sequence 0 has 1e+39, more than float32 holds'],
    [
      [{ x: tensor([[[1]]]), target: [1] }],
      'sequence 0 has x of shape [1, 1, 1]; it must be [steps, columns] or [steps]',
    ],
  ])('%j', (items, message) => {
    expect(refusal(() => sequences(items as LabelledSequence[]), 'data')).toMatch(message)
  })

  test('a row of whole numbers that no float can be given', () => {
    const x = [BigInt64Array.of(1n, 2n)] as never
    const message = 'sequence 0 has 1, of type bigint, at step 0, column 0 of x; a number belongs there'
    expect(refusal(() => sequences([{ x, target: [1] }]), 'data')).toContain(message)
  })

  test('a long list in the place of a sequence is not written out', () => {
    const item = Array.from({ length: 5000 }, (_, i) => i)
    const message = 'sequence 0 is [0, 1, 2, 3, 4, 5, 6, 7, … 5000 in all]; it must be { x, target }'
    expect(refusal(() => sequences([item as never]), 'data')).toBe(`sequences: ${message}`)
  })

  test('a tensor whose data is not what its shape says', () => {
    const x = { shape: [2, 2], data: new Float32Array(3) }
    const message = 'sequence 0: x is [2, 2], which is 4 numbers, but its data holds 3'
    expect(refusal(() => sequences([{ x, target: [1] }]), 'shape')).toMatch(message)
  })
})
