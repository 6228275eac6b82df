// Layers that work on rows, whatever these are counted along: what they compute, and what they refuse.
import { describe, expect, test } from 'vitest'
import { activation, chain, dropout, embedding, forward, last, linear, tensor, type Layer, type Tensor } from 'unrolled'
import { layerFrom } from '../../src/layers/index.ts'

const exact = { backend: 'reference' }
const x = tensor(
  Float64Array.from({ length: 12 }, (_, i) => Math.sin(1.3 * i)),
  [3, 2, 2],
)
const output = async (layer: Layer, x: Tensor, given = {}): Promise<Tensor> =>
  (await forward(layer, { parameters: layer.parameters({ seed: 1 }), x, ...given }, exact)).output

describe('activation', () => {
  const functions: [string, (v: number) => number][] = [
    ['tanh', Math.tanh],
    ['sigmoid', (v) => 1 / (1 + Math.exp(-v))],
    ['relu', (v) => Math.max(0, v)],
  ]
  test.each(functions)('%s is that of every element, of steps and of sequences', async (name, f) => {
    const layer = activation({ size: 2, name })
    const { data } = await output(layer, x)
    data.forEach((y, i) => expect(y).toBeCloseTo(f(x.data[i]!), 12))
    const after = chain({ last: last({ size: 2 }), act: activation({ name }) })
    const once = await output(after, x)
    expect(once.shape).toEqual([2, 2])
    once.data.forEach((y, i) => expect(y).toBeCloseTo(f(x.data[8 + i]!), 12))
    expect(layerFrom(layer.description).description).toEqual({ kind: 'activation', size: 2, name })
  })

  test.each(['gelu', 'toString'])('%s is refused with those that there are', (name) => {
    expect(() => activation({ size: 2, name })).toThrow(`there is no ${name}; there are tanh, sigmoid, relu`)
  })
})

test('linear is W @ x + b, and without a bias W @ x', async () => {
  for (const bias of [true, false]) {
    const layer = linear({ input: 2, output: 3, bias })
    const weight = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    const parameters = { weight, ...(bias && { bias: tensor([10, 20, 30]) }) }
    const { output } = await forward(layer, { parameters, x: tensor([[[1, -1]], [[2, 0]]]) }, exact)
    const b = bias ? [10, 20, 30] : [0, 0, 0]
    const products = [-1, -1, -1, 2, 6, 10]
    expect(output).toEqual(
      tensor(
        Float64Array.from(products, (v, i) => v + b[i % 3]!),
        [2, 1, 3],
      ),
    )
    expect(layer.declared.map(({ name }) => name)).toEqual(bias ? ['weight', 'bias'] : ['weight'])
    expect([...layer.parameters({ seed: 1 })['weight']!.data].every((v) => Math.abs(v) <= Math.sqrt(6 / 5))).toBe(true)
  }
  expect([...linear({ input: 2, output: 3 }).parameters()['bias']!.data]).toEqual([0, 0, 0])
})

test('an embedding is the row of each symbol, and the first as good as any', async () => {
  const layer = embedding({ symbols: 3, size: 2 })
  const weight = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ])
  const ids = tensor([[[2], [0]]])
  const { output } = await forward(layer, { parameters: { weight }, x: ids }, exact)
  expect(output).toEqual(tensor(Float64Array.of(5, 6, 1, 2), [1, 2, 2]))
  await expect(forward(layer, { parameters: { weight }, x: tensor([[[3]]]) })).rejects.toThrow(
    'x holds the symbol 3 at step 0, sequence 0',
  )
})

describe('dropout', () => {
  const wide = tensor(new Float64Array(4 * 5 * 50).fill(3), [4, 5, 50])

  test('makes elements zero with that probability and divides the others by the rest, in training alone', async () => {
    const layer = dropout({ size: 50, rate: 0.25 })
    const { data } = await output(layer, wide, { training: true, seed: 1 })
    expect(new Set(data)).toEqual(new Set([0, 3 / 0.75]))
    const dropped = data.filter((v) => v === 0).length / data.length
    expect(Math.abs(dropped - 0.25)).toBeLessThan(0.05)
    // Drawn for each step, sequence and column.
    const row = (t: number, b: number): string => data.slice((t * 5 + b) * 50, (t * 5 + b + 1) * 50).join()
    expect(new Set([row(0, 0), row(0, 1), row(1, 0)]).size).toBe(3)
    expect((await output(layer, wide)).data).toEqual(wide.data)
    expect((await output(dropout({ size: 50, rate: 0 }), wide, { training: true })).data).toEqual(wide.data)
  })

  test.each([1, -0.1, NaN])('of rate %f is refused', (rate) => {
    expect(() => dropout({ size: 2, rate })).toThrow(/dropout: rate is .*; it must be a finite number, at least 0 and/)
  })
})

describe('sizes', () => {
  const made: [string, (size: number) => Layer][] = [
    ['activation: size', (size) => activation({ size, name: 'tanh' })],
    ['dropout: size', (size) => dropout({ size, rate: 0.1 })],
    ['embedding: symbols', (symbols) => embedding({ symbols, size: 2 })],
    ['embedding: size', (size) => embedding({ symbols: 2, size })],
    ['linear: input', (input) => linear({ input, output: 2 })],
    ['linear: output', (output) => linear({ input: 2, output })],
    ['last: size', (size) => last({ size })],
  ]
  test.each(made)('%s may be one, but not none or a half', (what, make) => {
    expect(make(1).description.kind).toBe(what.split(':')[0])
    for (const size of [0, 1.5]) {
      expect(() => make(size)).toThrow(`${what} is ${size}; it must be a whole number, at least 1`)
    }
  })
})
