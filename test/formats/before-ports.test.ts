// Files as they were written before layers had ports (test/golden/before-ports): a network on the last step, and a language model whose
// output layer read the embedding's matrix; the models, and runs in the middle of a batch.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  adam,
  chain,
  crossEntropy,
  decodeModel,
  forward,
  gru,
  languageModel,
  last,
  linear,
  lstm,
  memoryStore,
  network,
  recurrent,
  sequences,
  tensor,
  text,
  train,
  type Model,
} from 'unrolled'

const bytes = (name: string): Uint8Array =>
  readFileSync(new URL(`../golden/before-ports/${name}.safetensors`, import.meta.url))
const numbers = (name: string) =>
  JSON.parse(readFileSync(new URL(`../golden/before-ports/${name}.json`, import.meta.url), 'utf8')) as {
    readonly output: number[] | number[][]
    readonly loss: number
    readonly weights: readonly (readonly [string, readonly number[]])[]
  }
const engine = { backend: 'reference' }

function close(got: ArrayLike<number>, wanted: readonly number[]): void {
  expect(got).toHaveLength(wanted.length)
  wanted.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value))))
}

async function goesOn(
  name: string,
  model: Model,
  run: (options: object) => Promise<number | undefined>,
): Promise<void> {
  const checkpoint = memoryStore()
  await checkpoint.writeResume(bytes(`${name}.resume`))
  const { loss, weights } = numbers(name)
  close([(await run({ checkpoint, resume: true, ...engine }))!], [loss])
  expect(Object.keys(model.parameters)).toEqual(weights.map(([name]) => name))
  for (const [name, values] of weights) close(model.parameters[name]!.data, values)
}

describe('a network on the last step', () => {
  test('is read as its layers and one behind them that takes the last step', async () => {
    const { layer, parameters } = decodeModel(bytes('last-step'))
    expect(layer.outputs['output']).toMatchObject({ axes: ['batch'], columns: 3 })
    const x = tensor(
      Float64Array.from({ length: 16 }, (_, i) => Math.sin(i)),
      [4, 2, 2],
    )
    const { output } = await forward(layer, { parameters, x, lengths: [4, 2] }, engine)
    const wanted = (numbers('last-step').output as number[][]).flat()
    wanted.forEach((value, i) => expect(output.data[i]).toBeCloseTo(value, 12))
  })

  test('goes on from the middle of a batch as if it had never stopped', async () => {
    const items = Array.from({ length: 6 }, (_, i) => ({
      x: Array.from({ length: 3 + 2 * i }, (_, t) => [Math.sin(i + t), Math.cos(3 * i - t)]),
      target: [i % 3],
    }))
    const layer = chain({
      rnn: recurrent({ cell: gru, input: 2, hidden: 3 }),
      head: linear({ output: 3 }),
      last: last(),
    })
    const model = network(layer, { loss: crossEntropy(), seed: 1 })
    const options = { batch: 6, unroll: 4, steps: 12, optimizer: adam({ lr: 0.01 }), seed: 2 }
    await goesOn('last-step', model, async (more) => {
      const { loss } = await train(model, sequences(items), { ...options, ...more }).finish()
      return loss
    })
  })
})

describe('a language model with tied weights', () => {
  const book = text('It was the best of times, it was the worst of times. '.repeat(4))

  test('is read as one whose output has the matrix of the embedding', async () => {
    const { layer, parameters } = decodeModel(bytes('tied'))
    expect(layer.description['tie']).toEqual({ 'output.weight': 'embedding.weight' })
    const { output } = await forward(layer, { parameters, x: tensor([0, 1, 2, 3], [4, 1]) }, engine)
    ;(numbers('tied').output as number[]).forEach((value, i) => expect(output.data[i]).toBeCloseTo(value, 12))
  })

  test('goes on as if it had never stopped', async () => {
    const model = languageModel(book, { cell: lstm, hidden: 4, tied: true, dropout: 0.1, seed: 3 })
    const options = { batch: 2, unroll: 6, steps: 8, optimizer: adam({ lr: 0.01 }), seed: 2 }
    await goesOn('tied', model, async (more) => (await train(model, book, { ...options, ...more }).finish()).loss)
  })

  test('is trained to the same bits', async () => {
    const model = languageModel(book, { cell: lstm, hidden: 4, tied: true, dropout: 0.1, seed: 3 })
    const options = { batch: 2, unroll: 6, steps: 8, optimizer: adam({ lr: 0.01 }), seed: 2, ...engine }
    const { loss } = await train(model, book, options).finish()
    const wanted = numbers('tied')
    expect(loss).toBe(wanted.loss)
    expect(Object.entries(model.parameters).map(([name, { data }]) => [name, [...data]])).toEqual(wanted.weights)
  })
})
