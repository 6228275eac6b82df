import { findAddon } from '../../src/backends/native/addon.ts'
import { expect, test } from 'vitest'
import {
  forward,
  gru,
  linear,
  meanSquaredError,
  network,
  recurrent,
  sequences,
  sgd,
  tensor,
  text,
  languageModel,
  train,
  embedding,
  type LabelledSequence,
} from 'unrolled'
import { shuffled } from '../../src/uniform.ts'
import { refusal } from '../formats/safetensors-file.ts'

test('layers out of all proportion are refused when they are made', () => {
  expect(refusal(() => recurrent({ cell: gru, input: 1, hidden: 2, layers: 1e9 }), 'option')).toMatch(
    'layers is 1000000000',
  )
  for (const hidden of [1e5, 1e9, 2 ** 31]) {
    expect(refusal(() => recurrent({ cell: gru, input: 1, hidden }), 'option')).toMatch(
      /recurrent: its parameters would be \d+ numbers; at most 1073741824 are held/,
    )
  }
  expect(refusal(() => linear({ input: 2 ** 16, output: 2 ** 15 }), 'option')).toMatch('would be 2147516416 numbers')
  expect(refusal(() => embedding({ symbols: 2 ** 31, size: 1 }), 'option')).toMatch('would be 2147483648 numbers')
  expect(refusal(() => languageModel(text('abc'), { cell: gru, hidden: 1e6 }), 'option')).toMatch('numbers; at most')
})

test.each(['reference', 'wasm', ...('addon' in findAddon() ? ['native'] : [])])(
  '2³¹ floats in one array are refused before they are asked of %s',
  async (backend) => {
    const wide = linear({ input: 1, output: 2 ** 12 })
    const given = { parameters: wide.parameters(), x: tensor(new Float32Array(2 ** 19), [2 ** 19, 1, 1]) }
    await expect(forward(wide, given, { backend })).rejects.toThrow(
      /would take 2147483648 floats at time 524288, batch 1; at most/,
    )
  },
)

test('a batch beyond 65,536 and a single sequence of more steps are told apart', async () => {
  const count = 65_537
  const model = network(linear({ input: 1, output: 1 }), { loss: meanSquaredError() })
  // Of a step each, but for the one that the shuffle leaves for a batch of its own.
  const last = shuffled(count + 1, 1, 0, 'shuffle')[count]!
  const one = { x: Float32Array.of(0), target: [1] }
  const items = new Array<LabelledSequence>(count + 1).fill(one)
  items[last] = { x: Float32Array.of(0, 0), target: [1] }
  const losses: number[] = []
  const options = { batch: count, seed: 1, steps: 2, optimizer: sgd({ lr: 0 }) }
  for await (const event of train(model, sequences(items), options)) if (event.event === 'step') losses.push(event.loss)
  // The output is the bias, 0 at first, so that each loss is 1.
  expect(losses.map((loss) => loss.toFixed(3))).toEqual(['1.000', '1.000'])
})
