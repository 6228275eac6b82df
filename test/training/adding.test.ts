import { expect, test } from 'vitest'
import {
  adam,
  chain,
  gru,
  last,
  linear,
  lstm,
  meanSquaredError,
  network,
  recurrent,
  rnn,
  train,
  type Cell,
} from 'unrolled'
import { addingProblem } from '../../examples/adding-data.ts'

/** Length at which a plain network forgets the first mark within the budget below; 100 is shown in docs. */
const length = 60

async function learn(cell: Cell): Promise<number> {
  const net = chain({
    rnn: recurrent({ cell, input: 2, hidden: 32 }),
    head: linear({ input: 32, output: 1 }),
  })
  const model = network(chain({ _: net, last: last() }), { loss: meanSquaredError(), seed: 1 })
  const done = await train(model, addingProblem(2500, length, 1), {
    batch: 50,
    epochs: 30,
    clip: 1,
    validation: 0.2,
    optimizer: adam({ lr: 5e-3 }),
  }).finish()
  return done.validationLoss!
}

test('gated cells learn the adding problem where a plain tanh network does not', { timeout: 180_000 }, async () => {
  expect(await learn(lstm)).toBeLessThan(0.01)
  expect(await learn(gru)).toBeLessThan(0.01)
  expect(await learn(rnn)).toBeGreaterThan(0.1)
})
