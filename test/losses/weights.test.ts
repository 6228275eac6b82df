import { expect, test } from 'vitest'
import {
  chain,
  crossEntropy,
  gru,
  linear,
  meanSquaredError,
  network,
  recurrent,
  sequences,
  sgd,
  train,
  uniform,
  type Loss,
  type Model,
  type TrainingOptions,
} from 'unrolled'

const classes = 3
const make = (loss: Loss): Model =>
  network(
    chain({
      rnn: recurrent({ cell: gru, input: 2, hidden: 4 }),
      head: linear({ input: 4, output: loss.name === 'crossEntropy' ? classes : 1 }),
    }),
    { loss, seed: 1 },
  )

/** Sequences of the same length, whose targets are what `target` says. */
const data = (count: number, steps: number, target: (sequence: number, step: number) => number) =>
  sequences(
    Array.from({ length: count }, (_, i) => ({
      x: Array.from({ length: steps }, (_, t) => [uniform(1, i, t, 0, 0), uniform(1, i, t, 1, 0)]),
      target: Array.from({ length: steps }, (_, t) => [target(i, t)]),
    })),
  )
const drawn = (sequence: number, step: number): number => Math.floor(classes * uniform(2, sequence, step, 0, 0))

async function losses(loss: Loss, given: ReturnType<typeof data>, options: TrainingOptions = {}) {
  const model = make(loss)
  const all: number[] = []
  const settings = { batch: 4, epochs: 2, clip: false, optimizer: sgd({ lr: 0.5 }), ...options } as const
  for await (const event of train(model, given, settings)) if (event.event === 'step') all.push(event.loss)
  return { losses: all, weights: Object.values(model.parameters).flatMap(({ data }) => [...data]) }
}

test('weights that are all the same change nothing', async () => {
  const given = data(4, 9, drawn)
  expect(await losses(crossEntropy({ weights: [4, 4, 4] }), given)).toEqual(await losses(crossEntropy(), given))
})

test('ignored steps at the end are as if the sequence had ended before', async () => {
  const lengths = [9, 5, 1, 7]
  const padded = data(4, 9, (i, t) => (t < lengths[i]! ? drawn(i, t) : -1))
  const cut = lengths.map((steps, i) => data(4, steps, drawn).items[i]!)
  const [ignored, short] = [
    await losses(crossEntropy({ ignore: -1 }), padded),
    await losses(crossEntropy(), sequences(cut)),
  ]
  ignored.losses.forEach((loss, i) => expect(loss).toBeCloseTo(short.losses[i]!, 6))
  ignored.weights.forEach((weight, i) => expect(weight).toBeCloseTo(short.weights[i]!, 6))
})

test('checkpointed windows with weights have the bits of whole ones', async () => {
  const given = data(4, 40, (i, t) => (t % 7 === i ? -100 : drawn(i, t)))
  const loss = crossEntropy({ weights: [1, 3, 0.5], ignore: -100 })
  const whole = await losses(loss, given, { every: 12, unroll: 24, segment: 24 })
  expect(whole.losses).toHaveLength(8)
  expect(await losses(loss, given, { every: 12, unroll: 24, segment: 8 })).toEqual(whole)
})

test('data of which every target is ignored has nothing to teach, and says so', async () => {
  const ignored = data(4, 9, () => 2)
  await expect(losses(crossEntropy({ ignore: 2 }), ignored)).rejects.toMatchObject({
    code: 'data',
    message: expect.stringContaining('nothing in the data counts'),
  })
})

test("what a loss of one's own does not count may be anything", async () => {
  const known: Loss = {
    ...meanSquaredError(),
    name: 'known',
    weight: (targets, at) => (Math.abs(targets[at]!) > 1 ? 0 : 1),
  }
  const holes = (hole: number) => data(4, 9, (i, t) => ((i + t) % 3 === 0 ? hole : t / 9))
  const { losses: all } = await losses(known, holes(1e30))
  expect(all.every(Number.isFinite)).toBe(true)
  expect(all).toEqual((await losses(known, holes(-5))).losses)
})
