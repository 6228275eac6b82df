import { expect, test } from 'vitest'
import { rnn } from '../../src/cells/index.ts'
import { sequences } from '../../src/data/index.ts'
import { forward } from '../../src/inference/forward.ts'
import { chain, linear, recurrent } from '../../src/layers/index.ts'
import { meanSquaredError, network } from '../../src/models/index.ts'
import { tensor } from '../../src/tensor.ts'
import { sgd } from '../../src/training/optimizers/index.ts'
import { train } from '../../src/training/train.ts'

const layer = (bidirectional: boolean) =>
  chain({
    rnn: recurrent({ cell: rnn, input: 1, hidden: 2, bidirectional }),
    head: linear({ input: bidirectional ? 4 : 2, output: 1 }),
  })
const model = (bidirectional: boolean) => network(layer(bidirectional), { loss: meanSquaredError(), seed: 1 })

// Longer than what is usually kept in memory at once.
const x = Array.from({ length: 300 }, (_, t) => [Math.sin(t * t)])
const data = sequences([{ x, target: x.map(() => [0.5]) }])

test('a layer that looks ahead is trained on whole sequences, however long', async () => {
  const both = model(true)
  const given = { parameters: both.parameters, x: tensor(x.map((row) => [row])) }
  const { output } = await forward(both.layer, given, { backend: 'reference' })
  const loss = [...output.data].reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / 300
  const options = { steps: 1, clip: false as const, optimizer: sgd({ lr: 0 }), backend: 'reference' }
  for await (const event of train(both, data, options))
    if (event.event === 'step') expect(event.loss).toBeCloseTo(loss, 6)
})

test('windows that would cut its sequences are refused; one that only looks back may be cut', async () => {
  const options = { unroll: 100, steps: 1 }
  expect(() => train(model(true), data, options)).toThrow(/unroll is 100, but a layer that looks ahead/)
  expect((await train(model(false), data, options).finish()).step).toBe(1)
})
