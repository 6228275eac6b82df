import { afterEach, describe, expect, test, vi } from 'vitest'
import { lstm, type Initialiser } from '../../src/cells/index.ts'
import { UnrolledError } from '../../src/error.ts'
import { decodeModel, encodeModel } from '../../src/formats/model-file.ts'
import { siteOf, uniform } from '../../src/uniform.ts'
import {
  chain,
  defineLayer,
  embedding,
  initialise,
  linear,
  recurrent,
  vectors,
  type Layer,
} from '../../src/layers/index.ts'
import { meanSquaredError, network, setParameters } from '../../src/models/index.ts'

afterEach(() => void vi.restoreAllMocks())

const drawn = (rows: number, columns: number, seed: number): Float64Array => {
  const init = 'orthogonal' as const
  const declared = [{ name: 'W', shape: { rows: [rows], columns }, blocks: [{ columns, init }] }]
  return Float64Array.from(initialise(declared, seed)['W']!.data)
}

/** Normal numbers row by row, and Gram–Schmidt as every book has it, on rows or columns, whichever are fewer. */
function bookOrthogonal(rows: number, columns: number, seed: number): number[][] {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)]
  let drawn = 0
  const draw = (): number => uniform(seed, siteOf('W'), 0, drawn >>> 10, drawn++ & 1023)
  const vectors: number[][] = []
  for (let i = 0; i < count; i++) {
    const vector = Array.from({ length }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - draw()))
      return radius * Math.cos(2 * Math.PI * draw())
    })
    for (const other of [...vectors, ...vectors]) {
      const along = vector.reduce((sum, value, k) => sum + value * other[k]!, 0)
      other.forEach((value, k) => (vector[k]! -= along * value))
    }
    const norm = Math.hypot(...vector)
    vectors.push(vector.map((value) => value / norm))
  }
  return vectors
}

describe('orthogonal first values', () => {
  // Sizes around the four vectors that share a pass, and the sixteen of a block.
  test.each([
    [1, 1],
    [3, 5],
    [5, 3],
    [16, 16],
    [17, 17],
    [31, 40],
    [70, 19],
    [66, 66],
  ])('of %i × %i are those of Gram and Schmidt', (rows, columns) => {
    const values = drawn(rows, columns, 7)
    const wanted = bookOrthogonal(rows, columns, 7)
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const value = rows <= columns ? wanted[r]![c]! : wanted[c]![r]!
        expect(Math.abs(values[r * columns + c]! - value)).toBeLessThan(1e-6)
      }
    }
  })

  // More than 512 are rotated.
  test.each([
    [300, 300],
    [513, 513],
    [530, 601],
  ])('of %i × %i stand at right angles', (rows, columns) => {
    const values = drawn(rows, columns, 1)
    let furthest = 0
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0
        for (let k = 0; k < columns; k++) product += values[i * columns + k]! * values[j * columns + k]!
        furthest = Math.max(furthest, Math.abs(product - (i === j ? 1 : 0)))
      }
    }
    expect(furthest).toBeLessThan(1e-6)
  })

  test('of more than 512 are not those of Gram and Schmidt, whose work grows with the cube of their number', () => {
    const first = (count: number): number[] => [...drawn(count, count, 5).subarray(0, count)]
    for (const count of [512, 513]) {
      const [book] = bookOrthogonal(1, count, 5)
      const alike = first(count).every((value, k) => Math.abs(value - book![k]!) < 1e-6)
      expect(alike).toBe(count === 512)
    }
  })

  test.each([300, 700])('of %i vectors lie anywhere: numbers as those of a point on the sphere', (size) => {
    const values = drawn(size, size, 3)
    const mean = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length
    expect(Math.abs(mean(1))).toBeLessThan(4 / size ** 1.5)
    expect(mean(3) * size ** 1.5).toBeCloseTo(0, 1)
    // E x⁴ = 3 ÷ (n (n + 2)), E x⁶ = 15 ÷ (n (n + 2) (n + 4)).
    expect((mean(4) * size * (size + 2)) / 3).toBeCloseTo(1, 1)
    expect((mean(6) * size * (size + 2) * (size + 4)) / 15).toBeCloseTo(1, 1)
    // The diagonal is not where it began.
    const diagonal = Array.from({ length: size }, (_, i) => values[i * size + i]!)
    expect(diagonal.reduce((sum, value) => sum + value ** 2, 0)).toBeLessThan(2)
    expect(drawn(size, size, 3)).toEqual(values)
    expect(drawn(size, size, 4)).not.toEqual(values)
  })
})

describe('first values', () => {
  const rows = 40
  const columns = 30
  const first = (init: Initialiser, name = 'W', seed = 7): number[] => [
    ...initialise([{ name, shape: { rows: [rows], columns }, blocks: [{ columns, init }] }], seed)[name]!.data,
  ]
  /** Numbers from 0 to 1 in the order in which they are drawn: 1024 of one sequence, then those of the next. */
  const stream = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => uniform(7, siteOf('W'), 0, Math.floor(i / 1024), i % 1024))
  const between = (lo: number, hi: number): number[] =>
    stream(rows * columns).map((u) => Math.fround(lo + (hi - lo) * u))

  test('lie between bounds that follow from fan-in and fan-out, or are given', () => {
    const glorot = Math.sqrt(6 / 70)
    expect(first('glorot')).toEqual(between(-glorot, glorot))
    expect(first('uniform')).toEqual(between(-1 / Math.sqrt(40), 1 / Math.sqrt(40)))
    expect(first({ uniform: [-2, 5] })).toEqual(between(-2, 5))
  })

  test('that are normal have mean 0 and deviation 1', () => {
    const values = first('normal')
    const mean = values.reduce((a, b) => a + b) / values.length
    const square = values.reduce((a, b) => a + b * b, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(0.1)
    expect(Math.abs(square - 1)).toBeLessThan(0.1)
    const [u, v] = stream(2)
    expect(values[0]).toBeCloseTo(Math.sqrt(-2 * Math.log(1 - u!)) * Math.cos(2 * Math.PI * v!), 6)
  })

  test('depend on the seed and the name, and on nothing else', () => {
    expect(first('glorot', 'V')).not.toEqual(first('glorot'))
    expect(first('glorot', 'W', 8)).not.toEqual(first('glorot'))
    expect(first('glorot')).toEqual(first('glorot'))
  })

  test('of blocks side by side are those of each, with bounds of its own', () => {
    const blocks: { columns: number; init: Initialiser }[] = [
      { columns: 2, init: 'identity' },
      { columns: 1, init: 5 },
      { columns: 4, init: 'glorot' },
    ]
    const { W } = initialise([{ name: 'W', shape: { rows: [2], columns: 7 }, blocks }], 7)
    expect(W!.shape).toEqual([2, 7])
    const drawn = stream(8).map((u) => Math.fround((2 * u - 1) * Math.sqrt(6 / 6)))
    expect([...W!.data]).toEqual([1, 0, 5, ...drawn.slice(0, 4), 0, 1, 5, ...drawn.slice(4)])
  })

  test('of a vector are one row', () => {
    const { b } = initialise([{ name: 'b', shape: { rows: [], columns: 3 }, blocks: [{ columns: 3, init: 2 }] }], 0)
    expect(b).toMatchObject({ shape: [3], data: Float32Array.of(2, 2, 2) })
  })

  test('by a name that there is not are refused', () => {
    expect(() => first('he' as never)).toThrow('there is no initialiser he')
  })
})

test('first values are drawn when they are asked for, and not where others take their place', () => {
  // Each normal number takes a logarithm.
  const log = vi.spyOn(Math, 'log')
  const layer = chain({
    embed: embedding({ symbols: 9, size: 3 }),
    rnn: recurrent({ cell: lstm, input: 3, hidden: 8, layers: 2 }),
    head: linear({ input: 8, output: 2 }),
  })
  const model = network(layer, { loss: meanSquaredError(), seed: 3 })
  const ones = Object.fromEntries(
    Object.entries(model.parameters).map(([name, { shape }]) => {
      const count = shape.reduce((a, b) => a * b, 1)
      return [name, { shape, data: new Float32Array(count).fill(1) }] as const
    }),
  )
  setParameters(model, ones)
  const file = encodeModel(model)
  decodeModel(file)
  expect(log).not.toHaveBeenCalled()
  const { data } = network(layer, { loss: meanSquaredError(), seed: 3 }).parameters['embed.weight']!
  expect(log).toHaveBeenCalledTimes(data.length)
})

test('a tensor has the same numbers whenever it is read', () => {
  const { parameters } = network(linear({ input: 2, output: 2 }), { loss: meanSquaredError() })
  const weight = parameters['weight']!
  weight.data[0] = 5
  expect(weight.data[0]).toBe(5)
})

test('sizes out of all proportion are refused before memory is taken', () => {
  const said = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      if (error instanceof UnrolledError && error.code === 'option') return error.message
      throw error
    }
    throw new Error('it was accepted')
  }
  const layer = (hidden: number, layers: number) => recurrent({ cell: lstm, input: 4, hidden, layers })
  expect(said(() => layer(4, 1e9))).toMatch(/layers is 1000000000; it must be a whole number, .* at most 4096/)
  expect(said(() => network(layer(1e9, 1), { loss: meanSquaredError() }))).toMatch(
    /recurrent: its parameters would be \d+ numbers; at most 1073741824 are held: make it narrower/,
  )
  expect(said(() => layer(1e6, 1).parameters())).toMatch(/at most 1073741824 are held/)
  // 2³⁰ of them are as many as there may be, of parameters and of states.
  const held = (columns: number, states: number): Layer =>
    defineLayer({
      description: { kind: 'own' },
      inputs: { x: vectors(1) },
      outputs: { output: vectors(1) },
      declared: [{ name: 'W', shape: { rows: [2 ** 15], columns }, blocks: [{ columns, init: 0 }] }],
      states: [
        { name: 'a', columns: 2 ** 29, initial: 0 },
        { name: 'b', columns: states, initial: 0 },
      ],
      build: (_, { x }) => ({ output: x! }),
    })
  expect(held(2 ** 15, 2 ** 29).states).toHaveLength(2)
  expect(said(() => held(2 ** 15 + 1, 1))).toContain('own: its parameters would be 1073774592 numbers')
  expect(said(() => held(1, 2 ** 29 + 1))).toContain('own: its states would be 1073741825 numbers')
})
