// Sequences packed into rows, by a data set of one's own that marks where each begins: trained and measured as they are apart.
import { expect, test } from 'vitest'
import {
  adam,
  chain,
  evaluate,
  gru,
  linear,
  meanSquaredError,
  network,
  recurrent,
  sequences,
  train,
  type DataSet,
  type Filled,
  type Model,
  type TrainingBatch,
  type TrainingData,
} from 'unrolled'
import { everyBackend } from '../every-backend.ts'

/** Lengths of the sequences in each row. */
const rows = [
  [3, 6, 4, 5],
  [9, 2, 6],
]
const steps = Math.max(...rows.map((row) => row.reduce((a, b) => a + b)))
const places = rows.flatMap((row, b) => {
  let from = 0
  return row.map((length, i) => ({ b, from, to: (from += length), phase: 2 * b + 5 * i }))
})
const value = (phase: number, step: number, column: number): number =>
  Math.fround(Math.sin(phase + step / (column + 1)))

const apart = sequences(
  places.map(({ from, to, phase }) => ({
    x: Array.from({ length: to - from }, (_, t) => [value(phase, t, 0), value(phase, t, 1)]),
    target: Array.from({ length: to - from }, (_, t) => [value(phase, t + 1, 0)]),
  })),
)

const packed: DataSet = {
  ports: {
    x: { kind: 'vector', columns: 2, axes: ['time', 'batch'] },
    targets: { kind: 'vector', columns: 1, axes: ['time', 'batch'] },
  },
  hash: 'packed',
  units: 'steps',
  count: rows.length,
  longest: steps,
  parts: () => ({ training: oneBatch }),
  whole: () => oneBatch,
}

const oneBatch: TrainingData = {
  batches: 1,
  longest: steps,
  positions: apart.steps,
  open: (): TrainingBatch => ({
    batch: rows.length,
    steps,
    lengths: Float32Array.from(rows, (row) => row.reduce((a, b) => a + b)),
    starts: true,
    fill(step, count, { x, targets, starts }: Filled) {
      for (let t = 0; t < count; t++) {
        for (let b = 0; b < rows.length; b++) {
          const row = t * rows.length + b
          const place = places.find((one) => one.b === b && one.from <= step + t && step + t < one.to)
          const at = place ? step + t - place.from : 0
          for (let c = 0; c < 2; c++) if (x) x[row * 2 + c] = place ? value(place.phase, at, c) : NaN
          if (targets) targets[row] = place ? value(place.phase, at + 1, 0) : NaN
          if (starts) starts[row] = at === 0 ? 1 : 0
        }
      }
    },
  }),
}

const model = (bidirectional = false): Model =>
  network(chain({ rnn: recurrent({ cell: gru, input: 2, hidden: 4, bidirectional }), head: linear({ output: 1 }) }), {
    loss: meanSquaredError(),
    seed: 1,
  })

const weights = ({ parameters }: Model): number[] => Object.values(parameters).flatMap(({ data }) => [...data])

test.each(everyBackend)('packed or apart, the same is learnt, on %s', async (_, engine) => {
  for (const bidirectional of [false, true]) {
    const [one, other] = [model(bidirectional), model(bidirectional)]
    const options = { steps: 5, optimizer: adam({ lr: 0.01 }), ...engine }
    const a = await train(one, packed, { ...options, batch: rows.length }).finish()
    const b = await train(other, apart, { ...options, batch: places.length }).finish()
    expect(a.loss).toBeCloseTo(b.loss!, 5)
    weights(one).forEach((weight, i) => expect(weight).toBeCloseTo(weights(other)[i]!, 4))
    const [measured, wanted] = [await evaluate(one, packed, engine), await evaluate(one, apart, engine)]
    expect(measured.loss).toBeCloseTo(wanted.loss, 6)
  }
})

test('a window that begins inside a row, and segments of one, change no bit', async () => {
  const run = async (options: object): Promise<unknown> => {
    const one = model()
    const { loss } = await train(one, packed, {
      steps: 4,
      batch: 2,
      optimizer: adam({ lr: 0.01 }),
      ...options,
    }).finish()
    return [loss, weights(one)]
  }
  expect(await run({ segment: 8 })).toEqual(await run({ segment: 64 }))
  // Where windows overlap, what begins inside of them still begins anew.
  expect(await run({ every: 4, unroll: 12, segment: 8 })).toEqual(await run({ every: 4, unroll: 12, segment: 64 }))
})

test('what is not a number in a packed row is named with its step', async () => {
  const one = model()
  one.parameters = Object.fromEntries(
    Object.entries(one.parameters).map(([name, { shape, data }]) => [
      name,
      { shape, data: name === 'head.weight' ? data.map(() => 3e38) : data },
    ]),
  )
  await expect(train(one, packed, { steps: 1, batch: 2 }).finish()).rejects.toThrow(
    /the (output|loss) of step \d+ holds .*, in sequence [01] of the batch/,
  )
})
