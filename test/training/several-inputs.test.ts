// A network of several inputs is trained on data that gives each port by its name.
import { expect, test } from 'vitest'
import {
  adam,
  chain,
  defineLayer,
  evaluate,
  forward,
  linear,
  meanSquaredError,
  network,
  tensor,
  train,
  vectors,
  type DataSet,
  type Filled,
  type Layer,
  type TrainingData,
} from 'unrolled'
import { concat, matmul, mul, scan, tanh } from 'unrolled/graph'
import { everyBackend } from '../every-backend.ts'

const [time, batch, size, hidden] = [6, 4, 2, 3]

/** h' = tanh(W @ [h, x]), begun from an input. */
const begun: Layer = defineLayer({
  description: { kind: 'begun' },
  inputs: {
    x: vectors(size),
    h0: vectors(hidden, ['batch']),
    scale: { ...vectors(hidden, ['batch']), optional: true },
  },
  outputs: { output: vectors(hidden) },
  declared: [
    {
      name: 'W',
      shape: { rows: [hidden], columns: hidden + size },
      blocks: [{ columns: hidden + size, init: 'glorot' }],
    },
  ],
  build(context, { x, h0, scale }) {
    const { outputs } = scan({
      initial: [h0!],
      steps: [x!],
      step([h], [x]) {
        const sum = matmul(context.parameter('W'), concat([h!, x!]))
        const next = tanh(scale ? mul(scale, sum) : sum)
        return { next: [next], outputs: [next] }
      },
    })
    return { output: outputs[0]! }
  },
})

const values = {
  x: (b: number, t: number, c: number): number => Math.fround(Math.sin(3 * b + t + c)),
  h0: (b: number, _: number, c: number): number => Math.fround(Math.cos(b + 2 * c)),
  targets: (b: number, t: number): number => Math.fround(Math.cos(b) * Math.exp(-t)),
}
const columns = { x: size, h0: hidden, targets: 1 }
type Name = keyof typeof values

const whole: TrainingData = {
  batches: 1,
  longest: time,
  positions: time * batch,
  open: () => ({
    batch,
    steps: time,
    fill(step: number, count: number, into: Filled): void {
      for (const name of Object.keys(values) as Name[]) {
        for (let row = 0; row < count * batch; row++) {
          const [t, b] = [step + Math.floor(row / batch), row % batch]
          for (let c = 0; c < columns[name]; c++) into[name]![row * columns[name] + c] = values[name](b, t, c)
        }
      }
    },
  }),
}

const data: DataSet = {
  ports: {
    x: vectors(size),
    h0: vectors(hidden, ['batch']),
    targets: vectors(1),
  },
  hash: 'begun',
  units: 'steps',
  count: batch,
  longest: time,
  parts: () => ({ training: whole }),
  whole: () => whole,
}

const model = () => network(chain({ core: begun, head: linear({ output: 1 }) }), { loss: meanSquaredError(), seed: 1 })

const inputs = {
  x: tensor(
    Array.from({ length: time }, (_, t) =>
      Array.from({ length: batch }, (_, b) => Array.from({ length: size }, (_, c) => values.x(b, t, c))),
    ),
  ),
  h0: tensor(Array.from({ length: batch }, (_, b) => Array.from({ length: hidden }, (_, c) => values.h0(b, 0, c)))),
}

test.each(everyBackend)('what each port is given is what is computed with, on %s', async (_, engine) => {
  const one = model()
  const { output } = await forward(one.layer, { parameters: one.parameters, inputs }, { backend: 'reference' })
  const wanted =
    [...output.data].reduce((sum, y, row) => sum + (y - values.targets(row % batch, Math.floor(row / batch))) ** 2, 0) /
    (time * batch)
  expect((await evaluate(one, data, engine)).loss).toBeCloseTo(wanted, 5)
  const first = await train(one, data, { steps: 1, batch, ...engine }).finish()
  expect(first.loss).toBeCloseTo(wanted, 5)
  const { loss } = await train(one, data, { steps: 150, batch, optimizer: adam({ lr: 0.03 }), ...engine }).finish()
  expect(loss).toBeLessThan(wanted / 20)
})

test('what may be left out is left out, not zero', async () => {
  const one = model()
  expect(Object.keys(one.inputs)).toEqual(['x', 'h0'])
  const scale = tensor(new Float64Array(batch * hidden), [batch, hidden])
  const given = { parameters: one.parameters, inputs: { ...inputs, scale } }
  const { output } = await forward(one.layer, given)
  expect(output.data.every((value) => value === output.data[0])).toBe(true)
})

test('data that lacks a port is refused by its name', () => {
  const { h0: _, ...ports } = data.ports
  expect(() => train(model(), { ...data, ports })).toThrow(/h0/)
  expect(() => train(model(), { ...data, ports: { ...data.ports, h0: vectors(2, ['batch']) } })).toThrow(/h0/)
})
