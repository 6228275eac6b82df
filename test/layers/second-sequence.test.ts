// A recurrent layer along `source`, a second sequence.
import { describe, expect, test } from 'vitest'
import {
  backward,
  chain,
  dropout,
  embedding,
  forward,
  gru,
  lstm,
  recurrent,
  tensor,
  uniform,
  type Layer,
  type OpenLayer,
  type Tensor,
} from 'unrolled'
import { layerFrom } from '../../src/layers/index.ts'
import { everyBackend } from '../every-backend.ts'

const some = (shape: readonly number[], seed: number): Tensor => {
  const count = shape.reduce((a, b) => a * b, 1)
  return tensor(
    Float64Array.from({ length: count }, (_, i) => uniform(seed, 3, 0, i, 0) - 0.5),
    shape,
  )
}
const options = { cell: lstm, input: 3, hidden: 5, layers: 2, bidirectional: true, gives: 'both' } as const
const along = recurrent({ ...options, axis: 'source' })
const over = recurrent(options)
const parameters = along.parameters({ seed: 4 })
const x = some([6, 3, 3], 1)
const lengths = [6, 0, 2]
const adjoints = { outputs: { output: some([6, 3, 10], 2), final: some([3, 10], 3) } }

describe.each(everyBackend)('on %s', (_, engine) => {
  test('it is what it is along time, both outputs and gradients, though nothing is carried on', async () => {
    expect(along.states).toEqual([])
    const second = await backward(along, { parameters, x, sourceLengths: lengths }, adjoints, engine)
    const first = await backward(over, { parameters, x, lengths }, adjoints, engine)
    expect(second.outputs).toEqual(first.outputs)
    expect(second.gradients.parameters).toEqual(first.gradients.parameters)
    expect(second.gradients.x).toEqual(first.gradients.x)
  })

  test('a padded sequence is to the bit what it is alone', async () => {
    const row = ({ data }: Tensor, columns: number, b: number, steps: number): number[] =>
      Array.from({ length: steps }, (_, t) => [
        ...data.subarray((t * 3 + b) * columns, (t * 3 + b + 1) * columns),
      ]).flat()
    const whole = await forward(along, { parameters, x, sourceLengths: lengths }, engine)
    for (const [b, steps] of [
      [0, 6],
      [2, 2],
    ] as const) {
      const alone = await forward(along, { parameters, x: tensor(row(x, 3, b, steps), [steps, 1, 3]) }, engine)
      expect([...alone.outputs['output']!.data]).toEqual(row(whole.outputs['output']!, 10, b, steps))
      expect([...alone.outputs['final']!.data]).toEqual([...whole.outputs['final']!.data.subarray(b * 10, b * 10 + 10)])
    }
  })
})

test('both outputs are those that a layer with one of them gives', async () => {
  for (const [gives, port] of [
    ['every step', 'output'],
    ['final output', 'final'],
  ] as const) {
    const one = await forward(recurrent({ ...options, gives }), { parameters, x, lengths })
    const both = await forward(over, { parameters, x, lengths })
    expect(one.output).toEqual(both.outputs[port])
  }
})

test('in a chain the axis follows from what comes before, and a description has it', () => {
  const layers: Record<string, Layer | OpenLayer> = {
    embed: embedding({ symbols: 7, size: 3, axis: 'source' }),
    drop: dropout({ rate: 0.5 }),
    rnn: recurrent({ cell: gru, hidden: 4, gives: 'both' }),
  }
  const encoder = chain(layers)
  expect(encoder.inputs['x']).toMatchObject({ symbols: 7, axes: ['source', 'batch'] })
  expect(encoder.outputs).toMatchObject({
    output: { columns: 4, axes: ['source', 'batch'] },
    final: { columns: 4, axes: ['batch'] },
  })
  expect(encoder.states).toEqual([])
  const read = layerFrom(JSON.parse(JSON.stringify(encoder.description)) as typeof encoder.description)
  expect(read.description).toEqual(encoder.description)
  expect([read.inputs, read.outputs]).toEqual([encoder.inputs, encoder.outputs])
})

test('steps of time do not wait for what comes later in a second sequence, so that it may run both ways', () => {
  expect([along.causal, over.causal]).toEqual([true, false])
  expect(recurrent({ cell: gru, input: 1, hidden: 1, gives: 'both' }).causal).toBe(false)
})

test('wrong axes and what a final output cannot be are refused', () => {
  const wrong = (more: object) => () => recurrent({ ...options, ...more })
  expect(wrong({ axis: 'batch' })).toThrow(/axis is 'batch'; it must be 'time' or 'source'/)
  expect(wrong({ residual: true })).toThrow(/leave out residual/)
  expect(wrong({ gives: 'all' })).toThrow(/gives is 'all'/)
  expect(() => embedding({ symbols: 1, size: 1, axis: 'batch' as 'time' })).toThrow(/axis is 'batch'/)
})
