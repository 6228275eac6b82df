import { expect, test } from 'vitest'
import { defineCell, network, recurrent, sequences, setParameters, sgd, tensor, train, type Loss } from 'unrolled'
import { sub } from '../../src/graph/index.ts'

/** x_t = w · x_{t−1} from x_0 = 0.9; the input plays no part. */
const power = defineCell(`
  name: power
  state: h = 0.9
  h' = W @ h + U @ x
`)

/** The loss is the state itself, the target being 0. */
const value: Loss = {
  name: 'value',
  options: {},
  target: (output) => ({ ...output, columns: 1 }),
  build: (output, target) => sub(output, target),
}

test('TBPTT(1, 3) of x_t = w · x_{t−1}: after three steps 0.108, not the 0.288 of adjoints that were not cleared', async () => {
  const model = network(recurrent({ cell: power, input: 1, hidden: 1 }), { loss: value })
  setParameters(model, { W: tensor([[0.2]]), U: tensor([[0]]) })
  const data = sequences([{ x: [[0], [0], [0]], target: [[0], [0], [0]] }])
  const norms: number[] = []
  const options = { every: 1, unroll: 3, epochs: 1, batch: 1, clip: false, optimizer: sgd({ lr: 0 }) } as const
  for await (const event of train(model, data, options)) if (event.event === 'step') norms.push(event.gradientNorm)
  // d(wⁿ · 0.9)/dw for n = 1, 2, 3.
  expect(norms).toHaveLength(3)
  expect(norms[0]).toBeCloseTo(0.9, 6)
  expect(norms[1]).toBeCloseTo(0.36, 6)
  expect(norms[2]).toBeCloseTo(0.108, 6)
})
