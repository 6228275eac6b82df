import { describe, expect, test } from 'vitest'
import { gru, lstm, rnnRelu } from '../../src/cells/index.ts'
import { sequenceBatches, sequences } from '../../src/data/index.ts'
import { forward } from '../../src/inference/forward.ts'
import { chain, last, linear, recurrent } from '../../src/layers/index.ts'
import { meanSquaredError, network, setParameters, type Model } from '../../src/models/index.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { measured } from './measured.ts'

/** Lengths on both sides of the 64 steps that are run at once. */
const lengths = [3, 130, 64, 65, 129]
const x = (length: number): number[][] => Array.from({ length }, (_, t) => [Math.sin(t + length)])
const wanted = (length: number): number => Math.cos(length)

/** The outputs for each sequence alone. */
const alone = (model: Model): Promise<number[][]> =>
  Promise.all(
    lengths.map(async (length) => {
      const given = { parameters: model.parameters, x: tensor(x(length).map((row) => [row])) }
      return [...(await forward(model.layer, given, { backend: 'reference' })).output.data]
    }),
  )

async function told(model: Model, data: ReturnType<typeof sequences>, batch: number, backend = 'reference') {
  const shares: number[] = []
  const found = await measured(model, sequenceBatches(data, { batch }), { backend }, (share) => void shares.push(share))
  return { ...found, shares }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

describe.each<[string, { readonly bidirectional?: boolean }, number]>([
  ['forward', {}, 4],
  ['both ways', { bidirectional: true }, 8],
])('sequences of several pieces, in one batch or alone: %s', (_, options, width) => {
  const layer = chain({
    rnn: recurrent({ cell: options.bidirectional ? gru : lstm, input: 1, hidden: 4, ...options }),
    head: linear({ input: width, output: 1 }),
  })

  test.each([1, 5])('each of their own steps counts once, %i side by side', async (batch) => {
    const model = network(layer, { loss: meanSquaredError(), seed: 1 })
    const data = sequences(lengths.map((length) => ({ x: x(length), target: x(length).map(() => [wanted(length)]) })))
    const outputs = await alone(model)
    const losses = outputs.flatMap((all, i) => all.map((output) => (output - wanted(lengths[i]!)) ** 2))
    const { loss, positions, shares } = await told(model, data, batch)
    expect(positions).toBe(losses.length)
    expect(loss).toBeCloseTo(mean(losses), 5)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
  })

  test.each([1, 5])('the last step of each is that of its own length, %i side by side', async (batch) => {
    const model = network(chain({ _: layer, last: last() }), { loss: meanSquaredError(), seed: 1 })
    const data = sequences(lengths.map((length) => ({ x: x(length), target: [wanted(length)] })))
    const losses = (await alone(model)).map((all, i) => (all.at(-1)! - wanted(lengths[i]!)) ** 2)
    const { loss, positions } = await told(model, data, batch)
    expect(positions).toBe(lengths.length)
    expect(loss).toBeCloseTo(mean(losses), 5)
  })
})

test('a sequence stands still past its end, also in later pieces: what would overflow there is not computed', async () => {
  const rnn = recurrent({ cell: rnnRelu, input: 1, hidden: 1 })
  const model = network(chain({ rnn }), { loss: meanSquaredError() })
  // h' = 1e4 h + x: after an impulse 1, 1e4, 1e8; its square would not be a float32 from step 5 on.
  const weights = ({ shape }: Tensor): Tensor => tensor(shape.length === 2 ? [1e4, 1] : [0], shape)
  setParameters(model, Object.fromEntries(Object.entries(model.parameters).map(([name, old]) => [name, weights(old)])))
  const x = (length: number, first: number) => Array.from({ length }, (_, t) => [t === 0 ? first : 0])
  const data = sequences([
    { x: x(3, 1), target: x(3, 1) },
    { x: x(130, 0), target: x(130, 0) },
  ])
  const { loss, positions } = await told(model, data, 2, 'wasm')
  expect(positions).toBe(133)
  expect(Math.abs((loss * 133) / (1e8 + 1e16) - 1)).toBeLessThan(1e-6)
})
