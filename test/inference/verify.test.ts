import { describe, expect, test } from 'vitest'
import { lstm } from '../../src/cells/index.ts'
import { forward } from '../../src/inference/forward.ts'
import { verify } from '../../src/inference/verify.ts'
import { chain, embedding, last, linear, recurrent } from '../../src/layers/index.ts'
import { crossEntropy, network } from '../../src/models/index.ts'
import { tensor, type Named, type Tensor } from '../../src/tensor.ts'

const layer = chain({
  embed: embedding({ symbols: 5, size: 2 }),
  rnn: recurrent({ cell: lstm, input: 2, hidden: 3, layers: 2 }),
  head: linear({ input: 3, output: 2 }),
})
const model = network(layer, { loss: crossEntropy(), seed: 2 })
const input = { shape: [3, 2], data: BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 0n) }
const lengths = [3, 1]
const { output, state } = await forward(
  layer,
  {
    parameters: model.parameters,
    x: tensor(Float64Array.of(0, 1, 2, 3, 4, 0), [3, 2, 1]),
    lengths,
  },
  { backend: 'reference' },
)
const expected: Named = {
  input: input as never,
  lengths: tensor(lengths),
  output,
  'final.rnn.layers.1.forward.c': state['rnn.layers.1.forward.c']!,
}
const changed = (name: string, change: (data: Tensor['data']) => void): Named => {
  const { shape, data } = expected[name]!
  const copy = data.slice()
  change(copy)
  return { ...expected, [name]: { shape, data: copy } }
}

describe('verify', () => {
  test('finds no difference where there is none', async () => {
    const { largestDifference, relativeDifference } = await verify(model, expected, { backend: 'reference' })
    expect([largestDifference, relativeDifference]).toEqual([0, 0])
    const { parameters } = model
    expect((await verify(layer, expected, { parameters, backend: 'reference' })).largestDifference).toBe(0)
    expect((await verify(model, expected)).largestDifference).toBeLessThan(1e-6)
  })

  test('says where the largest difference is', async () => {
    const found = await verify(
      model,
      changed('output', (data) => {
        data[3]! += 0.25
        data[9]! -= 0.125
      }),
      { backend: 'reference' },
    )
    expect(found.largestDifference).toBeCloseTo(0.25, 12)
    expect(found.at).toMatchObject({ tensor: 'output', index: [0, 1, 1], ours: output.data[3] })
    const state = changed('final.rnn.layers.1.forward.c', (data) => void (data[4] = NaN))
    expect(await verify(model, state, { backend: 'reference' })).toMatchObject({
      largestDifference: Infinity,
      at: { tensor: 'final.rnn.layers.1.forward.c', index: [1, 1], expected: NaN },
    })
  })

  test('says what is wrong with its tensors', async () => {
    const without = (name: string): Named =>
      Object.fromEntries(Object.entries(expected).filter(([other]) => other !== name))
    const withOther = (name: string, shape: number[]): Named => ({
      ...expected,
      [name]: tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape),
    })
    await expect(verify(model, without('output'))).rejects.toThrow(/no tensor output; there are input, lengths, final/)
    await expect(verify(model, withOther('outputs', [1]))).rejects.toThrow(/outputs is none of input, output, lengths/)
    await expect(verify(model, withOther('output', [3, 2, 4]))).rejects.toThrow(
      /output is expected to be \[3, 2, 4\]; what comes out is \[3, 2, 2\]/,
    )
    await expect(verify(model, withOther('h0', [1, 2, 3]))).rejects.toThrow(
      /h0 is \[1, 2, 3\]; it must be \[2, batch, 3\]/,
    )
    await expect(verify(model, withOther('state.rnn.layers.0.forward.h', [3, 3]))).rejects.toThrow(/must be \[2, 3\]/)
    await expect(verify(layer, expected)).rejects.toThrow(/give its parameters/)
    await expect(verify(model, expected, { backends: 'wasm' } as never)).rejects.toThrow(/did you mean backend/)
    await expect(verify(undefined as never, expected)).rejects.toThrow(/verify: the first argument must be a model/)
    await expect(verify(model, undefined as never)).rejects.toThrow(/the second argument must be tensors by name/)
    await expect(verify(model, { ...expected, input: tensor([[0, 5]]) })).rejects.toThrow(/symbol 5.*5 symbols/)
  })
})

test('h0, c0, hn and cn hold a layer after the other, as PyTorch has them', async () => {
  const layer = recurrent({ cell: lstm, input: 2, hidden: 3, layers: 2 })
  const parameters = layer.parameters({ seed: 3 })
  const numbers = (shape: number[], phase: number): Tensor =>
    tensor(
      Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + phase)),
      shape,
    )
  const x = numbers([4, 2, 2], 0)
  const [h0, c0] = [numbers([2, 2, 3], 1), numbers([2, 2, 3], 2)]
  const part = ({ data }: Tensor, i: number): Tensor => tensor(data.slice(i * 6, i * 6 + 6), [2, 3])
  const state = Object.fromEntries(
    [0, 1].flatMap((i) => [
      [`layers.${i}.forward.h`, part(h0, i)],
      [`layers.${i}.forward.c`, part(c0, i)],
    ]),
  )
  const ours = await forward(layer, { parameters, x, state }, { backend: 'reference' })
  const stacked = (last: string): Tensor =>
    tensor(Float64Array.from([0, 1].flatMap((i) => [...ours.state[`layers.${i}.forward.${last}`]!.data])), [2, 2, 3])
  const expected = { input: x, h0, c0, output: ours.output, hn: stacked('h'), cn: stacked('c') }
  const options = { parameters, backend: 'reference' }
  expect((await verify(layer, expected, options)).largestDifference).toBe(0)
  const { data } = stacked('c')
  data[7]! += 0.5
  const found = await verify(layer, { ...expected, cn: tensor(data, [2, 2, 3]) }, options)
  expect(found).toMatchObject({ at: { tensor: 'cn', index: [1, 0, 1] } })
  expect(found.relativeDifference).toBeCloseTo(0.5 / Math.max(...data.map(Math.abs)), 12)
  await expect(verify(layer, { ...expected, c0: numbers([2, 6], 0) }, options)).rejects.toThrow(
    /c0 is \[2, 6\]; it must be \[2, batch, 3\]/,
  )
})

test('symbols saved with the batch first are told as such', async () => {
  const { parameters } = model
  const x = tensor([0, 3, 1, 4, 2, 0], [3, 2, 1])
  const { output } = await forward(layer, { parameters, x }, { backend: 'reference' })
  const batchFirst = [0, 2, 4, 1, 3, 5].flatMap((row) => [...output.data.subarray(2 * row, 2 * row + 2)])
  const expected = { input: tensor([0, 1, 2, 3, 4, 0], [2, 3]), output: tensor(batchFirst, [2, 3, 2]) }
  await expect(verify(model, expected, { backend: 'reference' })).rejects.toThrow(/batch_first=True/)
  // With one axis there is nothing to exchange.
  await expect(verify(model, { ...expected, input: tensor([1, 2]) })).rejects.toThrow(/x is \[2\]; it must be/)
})

describe('sequences in PyTorch’s other order, and one answer a sequence', () => {
  const exchanged = ({ shape, data }: Tensor): Tensor => {
    const [first, second, ...rest] = shape as [number, number, ...number[]]
    const wide = rest.reduce((a, b) => a * b, 1)
    const at = (i: number): number => {
      const row = Math.floor(i / wide)
      return ((row % first) * second + Math.floor(row / first)) * wide + (i % wide)
    }
    return tensor(
      Float64Array.from({ length: data.length }, (_, i) => data[at(i)]!),
      [second, first, ...rest],
    )
  }
  const plain = chain({ rnn: recurrent({ cell: lstm, input: 2, hidden: 3 }), head: linear({ input: 3, output: 2 }) })
  const x = tensor(
    Float64Array.from({ length: 24 }, (_, i) => Math.sin(i)),
    [4, 3, 2],
  )
  const run = async (lengths?: readonly number[]): Promise<Tensor> => {
    const given = { parameters: plain.parameters({ seed: 5 }), x, ...(lengths && { lengths }) }
    return (await forward(plain, given, { backend: 'reference' })).output
  }
  const rows = ({ data }: Tensor, steps: readonly number[]): Tensor =>
    tensor(
      Float64Array.from(steps.flatMap((step, b) => [...data.subarray((step * 3 + b) * 2, (step * 3 + b) * 2 + 2)])),
      [3, 2],
    )
  const classifier = network(chain({ _: plain, last: last() }), { loss: crossEntropy(), seed: 5 })
  const check = (tensors: [string, Tensor][], target: typeof classifier | typeof plain = classifier) =>
    verify(target, Object.fromEntries(tensors), { parameters: plain.parameters({ seed: 5 }), backend: 'reference' })

  test('a last-step network is held against [batch, classes], at the end of each sequence', async () => {
    const whole = rows(await run(), [3, 3, 3])
    expect(
      (
        await check([
          ['input', x],
          ['output', whole],
        ])
      ).largestDifference,
    ).toBe(0)
    const lengths = [4, 1, 2]
    const ends = rows(await run(lengths), [3, 0, 1])
    const found = await check([
      ['input', x],
      ['lengths', tensor(lengths)],
      ['output', ends],
    ])
    expect(found.largestDifference).toBe(0)
    expect(
      (
        await check(
          [
            ['input', x],
            ['output', await run()],
          ],
          plain,
        )
      ).largestDifference,
    ).toBe(0)
    await expect(
      check(
        [
          ['input', x],
          ['output', whole],
        ],
        plain,
      ),
    ).rejects.toThrow(/makes one row of all steps: last\(\)/)
  })

  test('batch_first is told by what agrees when batch and time are exchanged', async () => {
    const output = await run()
    const told = /as a module with batch_first=True has them; here they are \[time, batch/
    await expect(
      check(
        [
          ['input', exchanged(x)],
          ['output', exchanged(output)],
        ],
        plain,
      ),
    ).rejects.toThrow(told)
    await expect(
      check([
        ['input', exchanged(x)],
        ['output', rows(output, [3, 3, 3])],
      ]),
    ).rejects.toThrow(told)
    const other = tensor(
      output.data.map((value) => -value),
      output.shape,
    )
    expect(
      (
        await check(
          [
            ['input', x],
            ['output', other],
          ],
          plain,
        )
      ).largestDifference,
    ).toBeGreaterThan(0.01)
  })
})
